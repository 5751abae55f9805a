/** A button with a list of things to do: a menu button as the ARIA authoring practices describe it. */

import { el, uniqueID } from "./dom.js";
import { icon } from "./icons.js";

/** `items` are `{label, symbol?, run, isChosen?, isData?}`; those that can be chosen are one group; `head` stands above them; `content` is what the button shows, otherwise its icon. */
export function menu({ label, symbol, items, head = null, content = null }) {
  const id = uniqueID("menu");
  const entries = items.filter(Boolean).map((item) =>
    el(
      "button.menu-item",
      { role: item.isChosen === undefined ? "menuitem" : "menuitemradio", "aria-checked": item.isChosen === undefined ? null : String(item.isChosen), translate: item.isData && "no", tabindex: -1, onclick: () => (close(true), item.run()) },
      item.symbol && icon(item.symbol, 17),
      item.mark,
      item.label,
    ),
  );
  const list = el("div.menu-list", { id, role: "menu", "aria-label": label, onkeydown: key }, entries);
  const box = el("div.menu-box", { hidden: true }, head, list);
  const button = el("button.menu-button", { class: content ? "ghost" : ["ghost", "square"], "aria-haspopup": "menu", "aria-expanded": "false", "aria-controls": id, "aria-label": label, title: content ? null : label, onclick: () => (box.hidden ? open() : close(true)), onkeydown: (event) => event.key === "ArrowDown" && (event.preventDefault(), open()) }, content ?? icon(symbol, 20));
  const root = el("div.menu", { onfocusout: (event) => !root.contains(event.relatedTarget) && close(false) }, button, box);

  function open() {
    box.hidden = false;
    button.setAttribute("aria-expanded", "true");
    entries[0]?.focus();
  }

  function close(isGivenBack) {
    if (box.hidden) return;
    box.hidden = true;
    button.setAttribute("aria-expanded", "false");
    if (isGivenBack) button.focus();
  }

  function key(event) {
    const at = entries.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 }[event.key];
    if (event.key === "Escape") close(true);
    else if (to === undefined) return;
    else entries[(to + entries.length) % entries.length].focus();
    event.preventDefault();
  }
  return root;
}
