/** The CRM's forms: a contact, a case, and the choice between several contacts. */

import { initials } from "../lib/format.js";
import { t, tOf } from "../lib/i18n.js";
import { attempt, notify, redraw } from "../lib/shell.js";
import { h } from "../lib/ui.js";
import { choose } from "./bridge.js";
import { crm, go, saveCase, saveContact } from "./state.js";

const FIELDS = [
  { name: "name", type: "text", autocomplete: "off", required: true },
  { name: "company", type: "text", autocomplete: "off" },
  { name: "phone", type: "tel", autocomplete: "off" },
  { name: "email", type: "email", autocomplete: "off" },
  { name: "country", type: "text", autocomplete: "off", maxlength: 2 },
];
const STATUSES = ["open", "waiting", "closed"];
const TEXT_LIMIT = 200;
const NOTES_LIMIT = 2000;

let draftCase = null;

/** Begins to write a contact: a new one, or one that is there. */
export function beginContact(contact) {
  crm.draft = contact
    ? { id: contact.id, values: { name: contact.name, company: contact.company, phone: contact.phone, email: contact.email, country: contact.country, notes: contact.notes } }
    : { values: {} };
  go(contact ? "edit" : "new", contact?.id);
  redraw();
}

export function contactForm() {
  crm.draft ??= { values: {} };
  const draft = crm.draft;
  draft.key ??= crypto.randomUUID();
  const set = (name) => (event) => (draft.values[name] = event.target.value);
  const save = async (event) => {
    event.preventDefault();
    if (draft.isSaving) return;
    draft.isSaving = true;
    const saved = await attempt(t("crm.save_failed"), () => saveContact(draft));
    draft.isSaving = false;
    if (!saved) return redraw();
    crm.draft = null;
    if (draft.interactionId) await choose(draft.interactionId, saved);
    notify(t("crm.saved"));
    return go("contact", saved.id);
  };
  const cancel = () => {
    crm.draft = null;
    go(draft.id ? "contact" : "contacts", draft.id);
  };
  return h(
    "form.crm-card.crm-form",
    { onsubmit: save, key: draft.key, "aria-labelledby": "form-title" },
    h("h1", { id: "form-title" }, t(draft.id ? "crm.edit_contact" : "crm.new_contact")),
    draft.interactionId && h("p.hint", null, t("crm.new_for_call")),
    h(
      "div.crm-fields",
      null,
      FIELDS.map(({ name, ...more }) => h("label.field", { key: name }, h("span", null, t(`crm.column_${name}`)), h("input", { name, maxlength: TEXT_LIMIT, value: draft.values[name] ?? "", oninput: set(name), ...more }))),
      h("label.field.crm-wide", { key: "notes" }, h("span", null, t("crm.notes")), h("textarea", { name: "notes", rows: 3, maxlength: NOTES_LIMIT, value: draft.values.notes ?? "", oninput: set("notes") })),
    ),
    h("div.row", null, h("button.primary", { type: "submit" }, t("crm.save")), h("button", { type: "button", onclick: cancel }, t("crm.cancel"))),
  );
}

/** Which of several contacts it is; the choice is what later logs are filed under. */
export function picker() {
  const { matches, interactionId } = crm.picking;
  const close = () => {
    crm.picking = null;
    redraw();
  };
  const take = (match) => async () => {
    crm.picking = null;
    await choose(interactionId, { id: match.id, name: match.label });
    go("contact", match.id);
    redraw();
  };
  const makeNew = () => {
    crm.picking = null;
    crm.draft = { interactionId, values: {} };
    go("new");
    redraw();
  };
  return h(
    "div.crm-veil",
    { key: "picker", onkeydown: (event) => event.key === "Escape" && close() },
    h(
      "section.crm-dialog",
      { role: "dialog", "aria-modal": "true", "aria-labelledby": "picker-title", onkeydown: keepFocus },
      h("h2", { id: "picker-title" }, t("crm.pick_title")),
      h("p.hint", null, t("crm.pick_text")),
      h(
        "ul.crm-picks",
        null,
        matches.map((match, index) =>
          h(
            "li",
            { key: match.id },
            h("button.wide", { focus: index === 0, onclick: take(match) }, h("span.avatar", { "aria-hidden": "true", translate: "no" }, initials(match.label)), h("span.crm-row-text", null, h("strong", { translate: "no" }, match.label), match.detail && h("span.sub", { translate: "no" }, match.detail))),
          ),
        ),
      ),
      h("div.row", null, h("button", { onclick: makeNew }, t("crm.new_contact")), h("button", { onclick: close }, t("crm.cancel"))),
    ),
  );
}

/** Tab stays within a dialog. */
function keepFocus(event) {
  if (event.key !== "Tab") return;
  const stops = [...event.currentTarget.querySelectorAll("button, input, textarea, select")];
  const edge = event.shiftKey ? stops[0] : stops.at(-1);
  if (document.activeElement !== edge) return;
  event.preventDefault();
  (event.shiftKey ? stops.at(-1) : stops[0]).focus();
}

export function beginCase(contact) {
  draftCase = { values: { title: "", description: "", contact_id: contact?.id }, key: crypto.randomUUID(), contact };
  redraw();
}

export const isWritingCase = () => draftCase !== null;

export function caseForm() {
  const draft = draftCase;
  const close = () => {
    draftCase = null;
    redraw();
  };
  const save = async (event) => {
    event.preventDefault();
    const saved = await attempt(t("crm.save_failed"), () => saveCase(draft));
    if (!saved) return;
    notify(t("crm.saved"));
    close();
  };
  return h(
    "div.crm-veil",
    { key: "case", onkeydown: (event) => event.key === "Escape" && close() },
    h(
      "form.crm-dialog",
      { role: "dialog", "aria-modal": "true", "aria-labelledby": "case-title", onsubmit: save, onkeydown: keepFocus },
      h("h2", { id: "case-title" }, t("crm.new_case")),
      draft.contact && h("p.hint", { translate: "no" }, draft.contact.name),
      h("label.field", null, h("span", null, t("crm.case_title")), h("input", { focus: true, required: true, maxlength: TEXT_LIMIT, value: draft.values.title, oninput: (event) => (draft.values.title = event.target.value) })),
      h("label.field", null, h("span", null, t("crm.case_description")), h("textarea", { rows: 3, maxlength: NOTES_LIMIT, value: draft.values.description, oninput: (event) => (draft.values.description = event.target.value) })),
      h("div.row", null, h("button.primary", { type: "submit" }, t("crm.save")), h("button", { type: "button", onclick: close }, t("crm.cancel"))),
    ),
  );
}

/** A case's status, which is changed where it stands. */
export function caseStatus(one) {
  const change = (event) => attempt(t("crm.save_failed"), () => saveCase({ id: one.id, values: { status: event.target.value } }));
  return h(
    "select.crm-status",
    { class: `is-${one.status}`, "aria-label": t("crm.status_of", { number: one.number }), value: one.status, onchange: change },
    STATUSES.map((status) => h("option", { value: status, key: status }, tOf("crm_status", status))),
  );
}
