/** Two people changed one extension: what it was, what they made of it, what I made of it, and what becomes of it. */

import { el, fill, uniqueID } from "../../../shared/js/dom.js";
import { moment } from "../../../shared/js/format.js";
import { t } from "../../../shared/js/i18n.js";
import { icon } from "../../../shared/js/icons.js";
import { explain } from "../../../shared/js/notices.js";
import { compare, merged } from "../model/merge.js";
import { data } from "./cells.js";
import { editPanel } from "./edit.js";
import { valueView } from "./values.js";

/** `base` is what both began with, `theirs` what stands now (null: deleted), `mine` what was typed here. */
export function mergePanel(app, { base, theirs, mine }) {
  return theirs ? new MergePanel(app, { base, theirs, mine }) : deletedPanel(app, { base, mine });
}

const SIDES = ["base", "theirs", "mine"];

class MergePanel {
  isWide = true;

  constructor(app, { base, theirs, mine }) {
    Object.assign(this, { app, base, theirs, mine, rows: compare(base, theirs, mine), isSaving: false, trouble: null });
  }

  title = () => t("merge.title", { extension: this.base.extension });
  isDirty = () => true;

  changed(change) {
    const ids = change?.ids;
    const now = this.app.draft.directory.record(this.theirs.id);
    if (this.isSaving || (ids && !ids.includes(this.theirs.id)) || now?.revision === this.theirs.revision) return;
    this.#again(now ?? null);
  }

  build() {
    const conflicts = this.rows.filter((row) => row.state === "conflict").length;
    this.told = el("p.sub", { role: "status" });
    this.save = el("button.primary", { onclick: () => this.#save() }, t("merge.save"));
    const element = el(
      "div.panel-form",
      null,
      el(
        "div.panel-body",
        null,
        el("div.callout.callout-late", { role: "alert" }, icon("alert", 18), el("p", null, el("strong", null, data(this.theirs.updatedBy ?? ""), " ", t("merge.meanwhile", { time: moment(this.theirs.updatedAt) })), " ", t("merge.nothing_lost"))),
        this.trouble && el("p.callout.callout-bad", { role: "alert" }, this.trouble),
        el("p.hint", null, conflicts ? t("merge.decide", { count: conflicts }) : t("merge.clean")),
        this.#table(),
      ),
      el(
        "div.panel-actions",
        null,
        this.told,
        el("button", { onclick: () => this.app.drawer.leave() }, t("merge.take_theirs")),
        el("button", { onclick: () => this.#edit() }, t("merge.edit")),
        this.save,
      ),
    );
    this.#judge();
    return element;
  }

  #table() {
    return el(
      "table",
      { class: "comparison" },
      el("thead", null, el("tr", null, el("th", { scope: "col" }, t("merge.field")), SIDES.map((side) => el("th", { scope: "col" }, t(`merge.${side}`))))),
      el("tbody", null, this.rows.map((row) => this.#row(row))),
    );
  }

  #row(row) {
    const group = uniqueID("side");
    const cells = SIDES.map((side) => {
      const value = valueView(row.field, row[side]);
      if (side === "base" || row.state !== "conflict") {
        const isTaken = side !== "base" && row.state !== "same" && row.choice === side;
        return el("td", { class: isTaken && "is-taken", data: { side: t(`merge.${side}`) } }, value, isTaken && el("span.taken", null, icon("check", 14), el("span.unseen", null, t("merge.taken"))));
      }
      const choose = () => {
        row.choice = side;
        for (const cell of cells) cell.classList.remove("is-taken");
        cells[SIDES.indexOf(side)].classList.add("is-taken");
        this.#judge();
      };
      const input = el("input", { type: "radio", name: group, checked: row.choice === side, onchange: choose });
      return el("td", { class: row.choice === side && "is-taken", data: { side: t(`merge.${side}`) } }, el("label.radio.side", null, input, el("span.unseen", null, t(`field.${row.field}`), ": ", t(`merge.keep_${side}`)), value));
    });
    return el("tr", { class: `merge-${row.state}`, data: { field: row.field } }, el("th", { scope: "row" }, t(`field.${row.field}`), row.state !== "same" && el("span.sub", null, t(`merge.state_${row.state}`))), cells);
  }

  #judge() {
    const open = this.rows.filter((row) => row.choice === null).length;
    this.save.disabled = open > 0 || this.isSaving;
    fill(this.told, open ? t("merge.open", { count: open }) : "");
  }

  /** Back to the form, with what is decided so far; where nothing is decided yet stands what was typed. */
  #edit() {
    const content = Object.fromEntries(this.rows.map((row) => [row.field, row[row.choice ?? "mine"]]));
    this.app.drawer.show(editPanel(this.app, { record: this.theirs, content }));
  }

  #again(theirs) {
    const mine = Object.fromEntries(this.rows.map((row) => [row.field, row[row.choice ?? "mine"]]));
    this.app.drawer.show(mergePanel(this.app, { base: this.theirs, theirs, mine }));
  }

  async #save() {
    this.isSaving = true;
    this.#judge();
    try {
      const record = await this.app.api.put(`/v1/extensions/${this.theirs.id}`, merged(this.rows), { ifMatch: `"${this.theirs.revision}"` });
      this.app.drawer.leave();
      this.app.draft.wrote(record);
      this.app.notices.say(t("merge.saved", { extension: record.extension }));
      this.app.grid.reveal(record.id);
    } catch (error) {
      if (!("hint" in error)) throw error;
      this.isSaving = false;
      if (error.code === "changed_meanwhile") return void this.#again(error.problem?.current ?? null);
      if (error.status === 409 || error.status === 422) return void this.#refused(error);
      this.trouble = explain(error);
      this.app.drawer.draw();
    }
  }

  /** The merged record breaks a rule: the form shows which. */
  #refused(error) {
    this.#edit();
    this.app.notices.fail(error, t("edit.save_failed_short"));
  }
}

function deletedPanel(app, { base, mine }) {
  const panel = {
    title: () => t("merge.deleted_title", { extension: base.extension }),
    isDirty: () => true,
    build: () =>
      el(
        "div.panel-form",
        null,
        el(
          "div.panel-body.is-read",
          null,
          el("p.callout.callout-late", { role: "alert" }, t("merge.deleted")),
          el("h3", null, t("merge.typed")),
          el("dl.changes", null, Object.entries(mine).map(([field, value]) => value && el("div.change", null, el("dt", null, t(`field.${field}`)), el("dd", null, valueView(field, value))))),
        ),
        el("div.panel-actions", null, el("button", { onclick: () => app.drawer.leave() }, t("merge.accept_delete")), el("button.primary", { onclick: () => app.drawer.show(editPanel(app, { content: mine, touched: ["extension", "target"] })) }, t("merge.recreate"))),
      ),
  };
  return panel;
}
