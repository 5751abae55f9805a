/**
 * Chooses a worker by name as one types: an editable combobox with a list, as the ARIA authoring practices describe it.
 * A SID that is typed or pasted is taken as it is, for when the search does not answer.
 */

import { attribute, el, fill, uniqueID } from "../../../shared/js/dom.js";
import { t } from "../../../shared/js/i18n.js";

/** A search is sent this long after the last key, in milliseconds. */
const DEBOUNCE_MS = 250;
const LIMIT = 20;
const SID = /^WK[0-9a-f]{32}$/;

/**
 * `worker` is `{sid, name}` or null; `typed` what stands in the field; `chosen(worker, typed)` is told every change.
 * Further `attributes` go to the input.
 */
export function workerField({ api, worker, typed, chosen, attributes }) {
  const state = { options: [], at: -1, isOpen: false, timer: null, abort: null };
  const listID = uniqueID("workers");
  const input = el("input", {
    type: "text", role: "combobox", autocomplete: "off", spellcheck: "false", translate: "no",
    "aria-expanded": "false", "aria-autocomplete": "list", "aria-controls": listID, "aria-haspopup": "listbox",
    placeholder: t("worker.placeholder"), value: typed ?? worker?.name ?? "", ...attributes,
    oninput: () => search(), onkeydown: (event) => key(event), onblur: () => setOpen(false),
    onclick: () => !state.isOpen && search(0),
  });
  const list = el("ul.options", { id: listID, role: "listbox", "aria-label": t("worker.list"), hidden: true });
  const told = el("span.unseen", { role: "status" });
  const note = el("p.sub.field-note", { hidden: true });

  function search(wait = DEBOUNCE_MS) {
    const words = input.value.trim();
    if (wait) chosen(SID.test(words) ? { sid: words, name: "" } : null, input.value);
    clearTimeout(state.timer);
    state.abort?.abort();
    state.timer = setTimeout(() => ask(words), wait);
  }

  async function ask(words) {
    const abort = (state.abort = new AbortController());
    try {
      const answer = await api.get("/v1/workers", { q: words, limit: LIMIT }, { signal: abort.signal });
      show(answer.items ?? []);
      // The service may not have heard from TaskRouter yet.
      tellUnreachable(answer.known === false);
    } catch (error) {
      if (abort.signal.aborted) return;
      show([]);
      tellUnreachable(true);
    }
  }

  function tellUnreachable(isSo) {
    note.textContent = isSo ? t("worker.unreachable") : "";
    note.hidden = !isSo;
  }

  function show(options) {
    if (document.activeElement !== input) return;
    state.options = options;
    state.at = -1;
    fill(
      list,
      options.length
        ? options.map((one, index) => option(one, index))
        : el("li.option-none", { role: "option", "aria-disabled": "true", "aria-selected": "false" }, t("worker.nobody")),
    );
    told.textContent = t("worker.found", { count: options.length });
    setOpen(true);
  }

  function option(one, index) {
    return el(
      "li.option",
      // The blur of the input would come before the click.
      { role: "option", id: `${listID}-${index}`, "aria-selected": "false", onmousedown: (event) => (event.preventDefault(), choose(index)) },
      el("span.option-name", { translate: "no" }, one.name),
      el("span.sub", null, el("span.presence", { class: one.available && "is-present", "aria-hidden": "true" }), el("span", { translate: "no" }, one.activity ?? ""), one.extension && [" · ", t("worker.has", { extension: one.extension })]),
    );
  }

  function choose(index) {
    const one = state.options[index];
    if (!one) return;
    input.value = one.name;
    setOpen(false);
    chosen({ sid: one.sid, name: one.name }, one.name);
  }

  function move(at) {
    const count = state.options.length;
    if (!count) return;
    state.at = (at + count) % count;
    [...list.children].forEach((child, index) => attribute(child, "aria-selected", String(index === state.at)));
    attribute(input, "aria-activedescendant", `${listID}-${state.at}`);
    list.children[state.at].scrollIntoView({ block: "nearest" });
  }

  function setOpen(isOpen) {
    if (!isOpen) {
      clearTimeout(state.timer);
      state.abort?.abort();
    }
    state.isOpen = isOpen;
    list.hidden = !isOpen;
    attribute(input, "aria-expanded", String(isOpen));
    if (!isOpen || state.at < 0) attribute(input, "aria-activedescendant", null);
  }

  function key(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!state.isOpen) search(0);
      else move(event.key === "ArrowDown" ? state.at + 1 : (state.at < 0 ? 0 : state.at) - 1);
    } else if (event.key === "Enter" && state.isOpen) {
      event.preventDefault();
      if (state.at >= 0) choose(state.at);
      else setOpen(false);
    } else if (event.key === "Escape" && state.isOpen) {
      event.preventDefault();
      setOpen(false);
    }
  }

  return { input, elements: [el("div.combo", null, input, list), note, told] };
}
