/** What is done to many extensions at once: team, valid-until, delete. */

import { el, text } from "../../../shared/js/dom.js";
import { t, tOf } from "../../../shared/js/i18n.js";
import { icon } from "../../../shared/js/icons.js";
import { confirm } from "../../../shared/js/modal.js";
import { explain } from "../../../shared/js/notices.js";
import { fromLocalInput } from "../lib/targets.js";
import { contentOf } from "../model/content.js";

/** Changes of one request, all or nothing. */
const PER_REQUEST = 1_000;

/** The bar that stands over the table while rows are selected. */
export class BulkBar {
  constructor(app) {
    this.app = app;
    this.count = el("strong", { role: "status" });
    this.element = el(
      "section.bulk",
      { hidden: true, "aria-label": t("bulk.label") },
      this.count,
      el("button.small", { onclick: () => this.#team() }, t("bulk.team")),
      el("button.small", { onclick: () => this.#until() }, t("bulk.until")),
      el("button.small.danger", { onclick: () => this.#delete() }, icon("trash", 15), t("bulk.delete")),
      el("button.small.ghost.bulk-clear", { onclick: () => this.#clear() }, t("bulk.clear")),
    );
  }

  /** Follows what is selected; the buttons stay, since somebody may be about to press one while events come in. */
  draw() {
    const { selected } = this.app.grid;
    this.element.hidden = selected.size === 0;
    if (selected.size) text(this.count, this.#count());
  }

  async #team() {
    const input = el("input", { type: "text", maxlength: 64, translate: "no", autocomplete: "off", "aria-label": t("field.team") });
    const extra = el("label.field", null, el("span", null, t("field.team")), input, el("span.sub", null, t("bulk.team_hint")));
    if (await confirm({ title: t("bulk.team"), text: this.#count(), yes: t("bulk.apply"), extra })) this.#update({ team: input.value.trim() || null });
  }

  async #until() {
    const input = el("input", { type: "datetime-local", "aria-label": t("field.validUntil") });
    const extra = el("label.field", null, el("span", null, t("field.validUntil")), input, el("span.sub", null, t("bulk.until_hint")));
    if (await confirm({ title: t("bulk.until"), text: this.#count(), yes: t("bulk.apply"), extra })) this.#update({ validUntil: fromLocalInput(input.value) });
  }

  async #delete() {
    if (!(await confirm({ title: t("bulk.delete"), text: t("bulk.delete_text", { count: this.app.grid.selected.size }), yes: t("delete.yes"), isDanger: true }))) return;
    this.#send(this.#records().map((record) => ({ op: "delete", id: record.id, revision: record.revision })));
  }

  #update(values) {
    const changes = this.#records().map((record) => ({ op: "update", id: record.id, revision: record.revision, record: { ...contentOf(record), ...values } }));
    this.#send(changes);
  }

  #count = () => t("bulk.selected", { count: this.app.grid.selected.size });

  /** The selected records as this page shows them: what somebody changed meanwhile is refused, not overwritten. */
  #records() {
    return [...this.app.grid.selected].map((id) => this.app.draft.directory.record(id)).filter(Boolean);
  }

  #clear() {
    this.app.grid.selected.clear();
    this.app.grid.redraw();
    this.draw();
    this.app.grid.element.focus();
  }

  async #send(changes) {
    const { api, draft, notices } = this.app;
    let done = 0;
    try {
      for (let start = 0; start < changes.length; start += PER_REQUEST) {
        const part = changes.slice(start, start + PER_REQUEST);
        const { revision, items = [] } = await api.post("/v1/extensions/bulk", { changes: part }, { isSlow: true });
        for (const change of part) if (change.op === "delete") draft.directory.remove(change.id, revision);
        const records = items.filter((item) => item?.id && item.extension && item.revision);
        if (records.length && part[0].op !== "delete") draft.directory.add(records);
        done += part.length;
      }
      notices.say(t("bulk.done", { count: done }));
      this.#clear();
    } catch (error) {
      if (!("hint" in error)) throw error;
      notices.say(done ? t("bulk.partly", { done, count: changes.length }) : t("bulk.failed"), { isError: true, detail: this.#why(error, changes, done) });
    }
    draft.changes.emit({ ids: changes.map((change) => change.id), actor: null });
    draft.refreshDiff().catch(() => {});
  }

  /** Which extensions were in the way, and why. */
  #why(error, changes, done) {
    const errors = error.problem?.errors ?? [];
    const named = errors.slice(0, 3).map((one) => {
      const record = this.app.draft.directory.record(changes[done + (one.index ?? -1)]?.id);
      const code = String(one.code ?? "").replace(/^extensions\./, "");
      const owner = { extension: one.owner?.extension ?? "", name: one.owner?.spokenName ?? "" };
      return [record?.extension, tOf("invalid", code, one.detail ?? code, { ...this.app.ruleValues(), ...owner })].filter(Boolean).join(": ");
    });
    return [...named.filter(Boolean), error.status === 412 ? t("bulk.hint_changed") : explain(error)].join(" ");
  }
}
