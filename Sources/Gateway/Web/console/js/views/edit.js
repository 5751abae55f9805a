/** The form of one extension: the same rules as the server while one types, the server's errors at their field. */

import { el, fill, uniqueID } from "../../../shared/js/dom.js";
import { moment } from "../../../shared/js/format.js";
import { t, tOf } from "../../../shared/js/i18n.js";
import { icon } from "../../../shared/js/icons.js";
import { confirm } from "../../../shared/js/modal.js";
import { explain } from "../../../shared/js/notices.js";
import { differences } from "../model/content.js";
import { RecordForm } from "../model/form.js";
import { NO_RULES, fieldOf, problemsOf, rangeOf } from "../model/rules.js";
import { data, problemText, statusChips } from "./cells.js";
import { historyPanel } from "./history.js";
import { mergePanel } from "./merge.js";
import { targetField } from "./target-field.js";

/** A form for `record`, or for a new one; `content` is what it begins with, when that is not what the record says. */
export function editPanel(app, { record = null, content, touched = [] } = {}) {
  return new EditPanel(app, new RecordForm(record, content), new Set(touched));
}

class EditPanel {
  constructor(app, form, touched) {
    Object.assign(this, { app, form, touched });
    /** Errors of the server, by field, until the field changes. */
    this.refused = new Map();
    this.isSaving = false;
  }

  title = () => (this.form.base ? t(this.app.mayEdit ? "edit.title" : "edit.title_read", { extension: this.form.base.extension }) : t("edit.title_new"));
  isDirty = () => this.app.mayEdit && this.form.isDirty;

  get id() {
    return this.form.base?.id ?? null;
  }

  /** Somebody changed the draft: what is shown follows, what was typed does not. */
  changed(change) {
    const { base } = this.form;
    const ids = change?.ids;
    if (!base || this.isSaving) return this.#judge();
    if (ids && !ids.includes(base.id)) return undefined;
    const now = this.app.draft.directory.record(base.id);
    if (now === base || (now && now.revision === base.revision)) return undefined;
    if (now && !this.isDirty()) {
      this.form = new RecordForm(now);
      this.app.drawer.draw();
      return this.#tell("edit.was_updated", { name: now.updatedBy });
    }
    return this.#warn(now);
  }

  build() {
    const { form, app } = this;
    const isDisabled = !app.mayEdit;
    this.errors = {};
    this.news = el("div.panel-news", { role: "status" });
    const teams = uniqueID("teams");
    const input = (field, attributes) => {
      const error = this.#error(field);
      return el("div.field", { data: { field } }, el("label", { for: error.forID }, t(`field.${field}`)), el("input", { id: error.forID, "aria-describedby": error.element.id, disabled: isDisabled, autocomplete: "off", translate: "no", oninput: (event) => this.#typed(field, event.target.value), onblur: () => this.#leave(field), ...attributes }), error.element);
    };
    const number = input("extension", { type: "text", inputmode: "numeric", value: form.extension, maxlength: 20, autofocus: app.mayEdit });
    if (app.mayEdit) {
      const beside = el("div.with-button");
      const field = number.querySelector("input");
      field.before(beside);
      beside.append(field, el("button.small", { type: "button", onclick: () => this.#next() }, t("edit.next_free")));
    }
    this.save = el("button.primary", { type: "submit" }, t(form.base ? "edit.save" : "edit.add"));
    const element = el(
      "form.panel-form",
      { novalidate: true, onsubmit: (event) => (event.preventDefault(), this.#save()) },
      el(
        "div.panel-body",
        null,
        this.news,
        form.base && this.#problems(form.base),
        number,
        targetField({ api: app.api, name: "target", state: form.target, changed: () => this.#targetChanged(), error: this.#error("target").element, isDisabled }),
        input("spokenName", { type: "text", value: form.spokenName, maxlength: 256 }),
        targetField({ api: app.api, name: "fallback", state: form.fallback, isOptional: true, changed: () => this.#changedField("fallback"), error: this.#error("fallback").element, isDisabled }),
        input("validUntil", { type: "datetime-local", value: form.validUntilText }),
        input("team", { type: "text", value: form.team, list: teams, maxlength: 64 }),
        el("datalist", { id: teams }, this.#teams().map((team) => el("option", { value: team }))),
        form.base && this.#about(form.base),
      ),
      app.mayEdit && el("div.panel-actions", null, el("button", { type: "button", onclick: () => app.drawer.close() }, t("shell.cancel")), this.save),
    );
    this.element = element;
    this.#judge();
    return element;
  }

  #error(field) {
    const element = el("p.field-error", { id: uniqueID(`error-${field}`) });
    this.errors[field] = element;
    return { element, forID: uniqueID(`input-${field}`) };
  }

  #about(record) {
    const open = () => this.app.drawer.open(historyPanel(this.app, { record, back: () => this.app.drawer.show(editPanel(this.app, { record })) }));
    return el(
      "div.panel-about",
      null,
      el("p.sub", null, t("edit.updated", { name: record.updatedBy ?? "", time: moment(record.updatedAt) })),
      el("div.chips", null, statusChips(record)),
      el("div.row", null, el("button.small", { type: "button", onclick: open }, icon("history", 16), t("edit.history")), this.app.mayEdit && el("button.small.danger", { type: "button", onclick: () => this.#delete(record) }, icon("trash", 16), t("edit.delete"))),
    );
  }

  #problems(record) {
    const problems = record.problems ?? [];
    return problems.length > 0 && el("ul.callout.callout-late", { "aria-label": t("edit.problems") }, problems.map((one) => el("li", null, icon("alert", 16), el("span", null, problemText(one)))));
  }

  #teams() {
    const ranges = (this.app.draft.rules ?? NO_RULES).ranges.map((range) => range.team).filter(Boolean);
    return [...new Set([...ranges, ...this.app.draft.directory.teams])].sort();
  }

  #typed(field, value) {
    if (field === "validUntil") this.form.setValidUntil(value);
    else this.form[field] = value;
    this.#changedField(field);
  }

  #changedField(field) {
    this.refused.delete(field);
    this.#judge();
  }

  /** A name that nobody has written follows the worker. */
  #targetChanged() {
    const { form } = this;
    const name = form.target.worker?.name ?? "";
    if (form.target.kind === "worker" && name && (!form.spokenName || form.spokenName === this.proposed)) {
      form.spokenName = this.proposed = name;
      this.element.querySelector('[data-field="spokenName"] input').value = name;
    }
    this.#changedField("target");
  }

  #leave(field) {
    if (!this.app.mayEdit || (field === "extension" && !this.form.extension)) return;
    this.touched.add(field);
    this.#judge();
  }

  /** Shows what is wrong at the fields that were left once, and everything after a try to save. */
  #judge() {
    if (!this.element) return [];
    const { rules, directory } = this.app.draft;
    const found = this.app.mayEdit ? problemsOf(this.form.content, { rules: rules ?? NO_RULES, others: directory, id: this.id }) : [];
    for (const [field, element] of Object.entries(this.errors)) {
      const mine = this.touched.has(field) ? found.find((one) => one.field === field) : null;
      const shown = this.refused.get(field) ?? mine;
      this.#showError(field, element, shown);
    }
    const range = rangeOf(this.form.extension, rules ?? NO_RULES);
    const team = this.element.querySelector('[data-field="team"] input');
    team.placeholder = range?.team ?? "";
    return found;
  }

  #showError(field, element, problem) {
    const holder = element.closest(".field");
    for (const input of holder.querySelectorAll("input:not([type=radio])")) input.setAttribute("aria-invalid", String(Boolean(problem)));
    holder.classList.toggle("is-wrong", Boolean(problem));
    if (!problem) return void fill(element);
    const values = { ...problem.values, extension: problem.owner?.extension ?? "", name: problem.owner?.spokenName ?? "" };
    const sentence = tOf("invalid", problem.code, problem.detail ?? problem.code, values);
    const owner = problem.owner?.id && problem.owner.id !== this.id ? problem.owner : null;
    fill(element, icon("alert", 15), el("span", null, sentence), owner && el("button.link", { type: "button", onclick: () => this.app.openRecord(owner.id) }, t("edit.open_owner")));
    return undefined;
  }

  async #next() {
    const before = this.form.extension;
    try {
      const { extension } = await this.app.api.get("/v1/extensions/next", { team: this.form.team.trim() });
      // Whoever has typed a number meanwhile wants that one.
      if (this.form.extension !== before) return;
      this.form.extension = extension;
      this.element.querySelector('[data-field="extension"] input').value = extension;
      this.touched.add("extension");
      this.#changedField("extension");
    } catch (error) {
      this.#tell("edit.next_failed", { detail: explain(error) }, true);
    }
  }

  async #save() {
    for (const field of Object.keys(this.errors)) this.touched.add(field);
    if (this.#judge().length) return this.#focusError();
    this.isSaving = true;
    this.save.disabled = true;
    try {
      const { base, content } = this.form;
      const record = base
        ? await this.app.api.put(`/v1/extensions/${base.id}`, content, { ifMatch: `"${base.revision}"` })
        : await this.app.api.post("/v1/extensions", content);
      this.app.drawer.leave();
      this.app.draft.wrote(record);
      this.app.notices.say(t(base ? "edit.saved" : "edit.added", { extension: record.extension }));
      this.app.grid.reveal(record.id);
    } catch (error) {
      this.#refuse(error);
    } finally {
      this.isSaving = false;
      this.save.disabled = false;
    }
    return undefined;
  }

  #refuse(error) {
    if (!("hint" in error)) throw error;
    if (error.code === "changed_meanwhile" && this.form.base) return this.#conflict(error.problem?.current ?? null);
    const list = error.problem?.errors ?? [];
    const fields = { number_taken: "extension", worker_taken: "target", number_ambiguous: "extension" };
    if (!list.length && fields[error.code]) list.push({ field: fields[error.code], code: error.code, detail: error.message, owner: error.problem?.owner });
    for (const { field, code, detail, owner } of list) {
      const at = fieldOf(field);
      if (at in this.errors) this.refused.set(at, { code: String(code).replace(/^extensions\./, ""), detail, owner: owner ?? error.problem?.owner, values: this.app.ruleValues() });
    }
    this.#judge();
    if (this.refused.size) return this.#focusError();
    return this.#tell("edit.save_failed", { detail: explain(error) }, true);
  }

  #focusError() {
    this.element.querySelector('.field.is-wrong [aria-invalid="true"]')?.focus();
  }

  #conflict(theirs) {
    this.app.drawer.show(mergePanel(this.app, { base: this.form.base, theirs, mine: this.form.content }));
  }

  #tell(key, values, isError = false) {
    fill(this.news, el("p.callout", { class: isError ? "callout-bad" : "callout-note" }, t(key, values)));
  }

  #warn(theirs) {
    const key = theirs ? "edit.changed_meanwhile" : "edit.deleted_meanwhile";
    const isSame = theirs && differences(theirs, this.form.content).length === 0;
    if (isSame) {
      this.form = new RecordForm(theirs);
      this.app.drawer.draw();
      return this.#tell("edit.was_updated", { name: theirs.updatedBy });
    }
    return fill(
      this.news,
      el("div.callout.callout-late", null, el("p", null, theirs ? [data(theirs.updatedBy ?? ""), " ", t(key)] : t(key)), el("button.small", { type: "button", onclick: () => this.#conflict(theirs) }, t("edit.compare"))),
    );
  }

  async #delete(record) {
    await deleteRecord(this.app, record);
  }
}

/** Asks, deletes, and offers to write it again. */
export async function deleteRecord(app, record) {
  const isSure = await confirm({
    title: t("delete.title", { extension: record.extension }), yes: t("delete.yes"), isDanger: true,
    text: t("delete.text", { name: record.spokenName, extension: record.extension }),
  });
  if (!isSure) return;
  try {
    await app.api.remove(`/v1/extensions/${record.id}`, { ifMatch: `"${record.revision}"` });
    app.drawer.leave();
    app.draft.removed(record.id);
    app.notices.say(t("delete.done", { extension: record.extension }), { action: { label: t("delete.undo"), run: () => restore(app, record) } });
  } catch (error) {
    if (error.status === 404) {
      app.drawer.leave();
      return void app.draft.removed(record.id);
    }
    if (error.code !== "changed_meanwhile") return void app.notices.fail(error, t("delete.failed", { extension: record.extension }));
    const current = error.problem?.current;
    if (current) app.draft.wrote(current);
    app.notices.say(t("delete.changed", { extension: record.extension, name: current?.updatedBy ?? "" }), { isError: true });
  }
}

async function restore(app, record) {
  const { extension, target, spokenName, fallback, validUntil, team } = record;
  try {
    app.draft.wrote(await app.api.post("/v1/extensions", { extension, target, spokenName, fallback, validUntil, team }));
    app.notices.say(t("delete.restored", { extension }));
  } catch (error) {
    app.notices.fail(error, t("delete.restore_failed", { extension }));
  }
}
