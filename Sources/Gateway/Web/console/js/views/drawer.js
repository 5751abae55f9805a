/**
 * The side panel: one at a time, beside the table where there is room and over it where there is not.
 *
 * A panel is `{title(), build(), isDirty?(), isWide?, changed?(change), closed?()}`: `build` is called again when the
 * language changes, so what a person typed lives in the panel and not in its elements.
 */

import { el, fill, refocus, uniqueID } from "../../../shared/js/dom.js";
import { t } from "../../../shared/js/i18n.js";
import { icon } from "../../../shared/js/icons.js";
import { confirm } from "../../../shared/js/modal.js";

/** In which field an element is, and as which of its inputs. */
function placeOf(element) {
  const field = element.closest("[data-field]");
  return field && { field: field.dataset.field, index: [...field.querySelectorAll("input")].indexOf(element) };
}

export class Drawer {
  #panel = null;
  #opener = null;
  #title = uniqueID("panel");

  /** `behind()` are the elements that take no focus while the panel lies over them. */
  constructor({ behind, moved }) {
    this.behind = behind;
    this.moved = moved;
    this.element = el("section.drawer", { hidden: true, "aria-labelledby": this.#title, role: "dialog", onkeydown: (event) => this.#key(event) });
    this.resized = () => this.#cover();
    addEventListener("resize", this.resized);
  }

  dispose() {
    removeEventListener("resize", this.resized);
  }

  get panel() {
    return this.#panel;
  }

  get isDirty() {
    return this.#panel?.isDirty?.() ?? false;
  }

  /** Opens a panel, unless somebody would rather keep what he typed in the one before. */
  async open(panel) {
    if (!(await this.#mayLeave())) return false;
    if (!this.#panel) this.#opener = document.activeElement;
    this.show(panel);
    return true;
  }

  /** Puts a panel in the place of the one that is open, without asking. */
  show(panel) {
    this.#panel?.closed?.();
    this.#panel = panel;
    this.draw();
    const first = this.element.querySelector("[autofocus]") ?? this.element.querySelector(".panel-body input, .panel-body button");
    (first ?? this.element.querySelector(".panel-close")).focus({ preventScroll: true });
  }

  async close() {
    if (await this.#mayLeave()) this.leave();
  }

  /** Closes without asking. */
  leave() {
    if (!this.#panel) return;
    this.#panel.closed?.();
    this.#panel = null;
    // Whoever has gone on to something else while a save was on its way stays there.
    const isGivenBack = document.activeElement === document.body || this.element.contains(document.activeElement);
    this.draw();
    if (isGivenBack && this.#opener?.isConnected) this.#opener.focus({ preventScroll: true });
    this.#opener = null;
  }

  draw() {
    const panel = this.#panel;
    const focused = this.element.contains(document.activeElement) ? document.activeElement : null;
    const place = focused && placeOf(focused);
    this.element.hidden = !panel;
    this.element.classList.toggle("wide", Boolean(panel?.isWide));
    fill(
      this.element,
      panel && [
        el(
          "div.panel-head",
          null,
          el("h2", { id: this.#title }, panel.title()),
          el("button.ghost.square.panel-close", { "aria-label": t("shell.close"), onclick: () => this.close() }, icon("close")),
        ),
        panel.build(),
      ],
    );
    // What is only read is scrolled with the keyboard all the same.
    const read = this.element.querySelector(".panel-body.is-read");
    if (read) for (const [name, value] of Object.entries({ tabindex: 0, role: "region", "aria-labelledby": this.#title })) read.setAttribute(name, value);
    this.#cover();
    this.moved();
    // A panel that is drawn anew under somebody's hands keeps the focus in the same field.
    if (panel && focused) refocus(this.#at(place) ?? this.element.querySelector(".panel-close"), focused);
  }

  /** The same input of the same field, or the field's first one when it has others now. */
  #at(place) {
    const inputs = place ? [...this.element.querySelectorAll(`[data-field="${place.field}"] input`)] : [];
    return inputs[place?.index] ?? inputs[0];
  }

  /** Tells the open panel what changed in the draft. */
  changed(change) {
    this.#panel?.changed?.(change);
  }

  #cover() {
    const isOver = Boolean(this.#panel) && getComputedStyle(this.element).position === "absolute";
    for (const element of this.behind()) element.inert = isOver;
  }

  #key(event) {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    this.close();
  }

  async #mayLeave() {
    if (!this.isDirty) return true;
    return confirm({ title: t("edit.discard_title"), text: t("edit.discard_text"), yes: t("edit.discard_yes"), isDanger: true });
  }
}
