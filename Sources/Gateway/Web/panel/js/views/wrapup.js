/** Notes from the first moment on, and at the end the outcome, without which some queues let nobody go. */

import { attribute, el, fill, text, uniqueID } from "../../../shared/js/dom.js";
import { duration } from "../../../shared/js/format.js";
import { t } from "../../../shared/js/i18n.js";
import { icon } from "../../../shared/js/icons.js";
import { times } from "../model/calls.js";
import { dispositionOf, draftOf } from "../model/state.js";
import { MAX_NOTES, missing } from "../model/wrapup.js";

export class WrapUp {
  #shown = "";
  #isTried = false;

  constructor(panel, id) {
    Object.assign(this, { panel, app: panel.app, id });
    const [notes, codes] = [uniqueID("notes"), uniqueID("codes")];
    this.codes = el("div.codes");
    this.codesError = el("p.field-error", { id: `${codes}-error` });
    this.legend = el("legend");
    this.group = el("fieldset.codes-field", { "aria-describedby": `${codes}-error` }, this.legend, this.codes, this.codesError);
    this.notes = el("textarea", { id: notes, rows: 3, translate: "no", "aria-describedby": `${notes}-error`, oninput: () => this.#change({ notes: this.notes.value }) });
    this.notesLabel = el("label", { for: notes });
    this.notesError = el("p.field-error", { id: `${notes}-error` });
    this.time = el("span.wrapup-time", { role: "timer" });
    this.title = el("h3");
    this.complete = el("button.primary.full", { type: "submit" }, icon("check", 18), el("span", null, t("wrapup.complete")));
    this.head = el("div.wrapup-head", null, this.title, this.time);
    this.element = el("form.wrapup", { novalidate: true, "aria-label": t("wrapup.label"), onsubmit: (event) => (event.preventDefault(), this.#complete()) }, this.head, this.group, el("div.field", null, this.notesLabel, this.notes, this.notesError), this.complete);
  }

  draw(state, interaction) {
    const isOver = interaction.state === "wrapup";
    const disposition = dispositionOf(state, interaction);
    const draft = draftOf(state, interaction);
    this.element.classList.toggle("is-over", isOver);
    text(this.title, t(isOver ? "wrapup.title" : "wrapup.notes_title"));
    this.head.hidden = !isOver;
    text(this.notesLabel, t(isOver ? "wrapup.notes" : "wrapup.notes_during"));
    this.complete.hidden = !isOver;
    this.group.hidden = !isOver || disposition.codes.length === 0;
    const busy = state.busy[this.id];
    this.complete.disabled = Boolean(busy);
    attribute(this.complete, "aria-busy", busy?.action === "complete" ? "true" : null);
    this.#drawCodes(disposition, draft);
    if (this.notes.value !== draft.notes && document.activeElement !== this.notes) this.notes.value = draft.notes;
    this.#drawErrors(disposition, draft);
  }

  tick(now) {
    const { state } = this.app;
    const interaction = state.interactions[this.id];
    if (interaction?.state === "wrapup") text(this.time, duration(times(interaction, state.holds[this.id], now).wrapMs ?? 0));
  }

  #drawCodes({ codes, required }, draft) {
    text(this.legend, t(required ? "wrapup.code_needed" : "wrapup.code"));
    const key = JSON.stringify(codes);
    if (key !== this.#shown) {
      this.#shown = key;
      const name = uniqueID("code");
      fill(this.codes, codes.map((one) => el("label.code", null, el("input", { type: "radio", name, value: one.code, onchange: () => this.#change({ code: one.code }) }), el("span", { translate: "no" }, one.label || one.code))));
    }
    for (const input of this.codes.querySelectorAll("input")) input.checked = input.value === draft.code;
  }

  #drawErrors(disposition, draft) {
    const faults = this.#isTried ? missing(disposition, draft) : draft.notes.length > MAX_NOTES ? { notes: "notes_long" } : {};
    const say = (element, fault) => fill(element, fault && [icon("alert", 15), t(`wrapup.${fault}`, { limit: MAX_NOTES })]);
    say(this.codesError, faults.code);
    say(this.notesError, faults.notes);
    attribute(this.notes, "aria-invalid", faults.notes ? "true" : null);
    attribute(this.group, "data-invalid", faults.code ? "true" : null);
  }

  #change(fields) {
    this.app.draft(this.id, fields);
  }

  async #complete() {
    const { state } = this.app;
    const interaction = state.interactions[this.id];
    this.#isTried = true;
    const faults = missing(dispositionOf(state, interaction), draftOf(state, interaction));
    this.draw(state, interaction);
    if (faults.code) return this.codes.querySelector("input").focus();
    if (faults.notes) return this.notes.focus();
    if (await this.app.complete(this.id)) this.panel.say(t("say.completed_by_me"));
    return undefined;
  }
}
