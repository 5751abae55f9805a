/** Imports a file: first a report of what would happen to each row, then all of it or nothing, then undo. */

import { el, fill, keepingFocus } from "../../../shared/js/dom.js";
import { ApiError } from "../../../shared/js/http.js";
import { size } from "../../../shared/js/format.js";
import { t, tOf } from "../../../shared/js/i18n.js";
import { icon } from "../../../shared/js/icons.js";
import { explain } from "../../../shared/js/notices.js";
import { fieldOf } from "../model/rules.js";
import { data } from "./cells.js";
import { undoImport } from "./history.js";

/** As the Gateway takes it, in bytes. */
const MAX_BYTES = 7 * 1024 * 1024;
const OUTCOMES = ["refused", "created", "updated", "deleted", "unchanged"];
const TYPES = { csv: "text/csv", json: "application/json" };
const MODES = ["merge", "replace"];
/** Rows of the report that are shown. */
const SHOWN = 200;
/** Between two looks at an import that takes longer than its request, and how many of them may fail in a row. */
const LOOK_MS = 500;
const MAX_FAILED_LOOKS = 40;

export function importPanel(app) {
  return new ImportPanel(app);
}

class ImportPanel {
  isWide = true;

  constructor(app) {
    Object.assign(this, { app, file: null, mode: "merge", partial: false, report: null, result: null, error: null, isBusy: false, job: null });
  }

  title = () => t("import.title");
  isDirty = () => false;

  build() {
    this.body = el("div.panel-body");
    this.actions = el("div.panel-actions");
    this.#draw();
    return el("div.panel-form", { ondragover: (event) => event.preventDefault(), ondrop: (event) => (event.preventDefault(), this.#choose(event.dataTransfer.files[0])) }, this.body, this.actions);
  }

  #draw() {
    keepingFocus(this.body, () => fill(this.body, this.result ? this.#done() : this.#choices()));
    fill(this.actions, this.#buttons());
  }

  #choices() {
    return [
      el("p.hint", null, t("import.text")),
      el(
        "label.drop",
        null,
        icon("import", 22),
        el("span.drop-text", null, this.file ? data(`${this.file.name} · ${size(this.file.size)}`) : t("import.choose")),
        el("input.unseen", { type: "file", data: { key: "file" }, accept: ".csv,.json,text/csv,application/json", onchange: (event) => this.#choose(event.target.files[0]) }),
      ),
      el(
        "fieldset.field",
        null,
        el("legend", null, t("import.mode")),
        el("div.stack", null, MODES.map((mode) => el("label.radio", null, el("input", { type: "radio", name: "import-mode", data: { key: mode }, checked: this.mode === mode, onchange: () => this.#again({ mode }) }), el("span", null, t(`import.mode_${mode}`))))),
      ),
      el("label.check", null, el("input", { type: "checkbox", data: { key: "partial" }, checked: this.partial, onchange: (event) => this.#again({ partial: event.target.checked }) }), el("span", null, t("import.partial"))),
      el("div", { role: "status" }, this.isBusy && el("p.hint", null, t(this.job ? "import.running" : "import.busy"))),
      this.job && el("progress", { "aria-label": t("import.running"), ...(this.job.total > 0 ? { value: this.job.done, max: this.job.total } : {}) }),
      this.job?.total > 0 && el("p.sub.import-progress", null, t("import.progress", { done: this.job.done, count: this.job.total })),
      this.error && el("p.callout.callout-bad", { role: "alert" }, icon("alert", 16), el("span", null, this.error)),
      this.report && !this.isBusy && this.#report(this.report),
    ];
  }

  #report({ counts = {}, rows = [] }) {
    const shown = rows.slice(0, SHOWN);
    return el(
      "section.report",
      { "aria-label": t("import.report") },
      el("h3", null, t("import.report")),
      el("ul.tallies", null, OUTCOMES.filter((outcome) => counts[outcome]).map((outcome) => el("li", null, el("span.chip", { class: `chip-${outcome}` }, t(`import.count_${outcome}`, { count: counts[outcome] }))))),
      el(
        "div.report-scroll",
        { tabindex: 0, role: "region", "aria-label": t("import.rows") },
        el(
          "table.report-rows",
          null,
          el("thead", null, el("tr", null, ["row", "extension", "outcome", "why"].map((name) => el("th", { scope: "col" }, t(`import.col_${name}`))))),
          el("tbody", null, shown.map((row) => el("tr", { class: `is-${row.outcome}` }, el("td", null, String(row.row)), el("td", null, data(row.extension ?? "")), el("td", null, el("span.chip", { class: `chip-${row.outcome}` }, tOf("import", `outcome_${row.outcome}`, row.outcome))), el("td", null, this.#errors(row.errors))))),
        ),
      ),
      rows.length > shown.length && el("p.sub", null, t("history.further", { count: rows.length - shown.length })),
    );
  }

  /** Why a row is refused; who owns its number or worker is not told for each row. */
  #errors(errors = []) {
    return errors.map(({ field, code, detail }) => {
      const name = String(code ?? "").replace(/^extensions\./, "");
      const sentence = tOf("invalid", name.endsWith("_taken") ? "taken" : name, detail ?? name, this.app.ruleValues());
      return el("p", null, field && el("strong", null, tOf("field", fieldOf(field)), ": "), sentence);
    });
  }

  #done() {
    const { counts = {} } = this.result;
    return [
      el("p.callout.callout-good", { role: "status" }, icon("check", 16), el("span", null, t("import.done", { count: (counts.created ?? 0) + (counts.updated ?? 0) + (counts.deleted ?? 0) }))),
      el("ul.tallies", null, OUTCOMES.filter((outcome) => counts[outcome]).map((outcome) => el("li", null, el("span.chip", { class: `chip-${outcome}` }, t(`import.count_${outcome}`, { count: counts[outcome] }))))),
      el("p.hint", null, t("import.undo_hint")),
    ];
  }

  #buttons() {
    if (this.result) {
      return [
        this.result.batch && el("button", { onclick: async () => (await undoImport(this.app, this.result.batch)) && this.app.drawer.leave() }, icon("undo", 16), t("import.undo")),
        el("button.primary", { onclick: () => this.app.drawer.leave() }, t("shell.done")),
      ];
    }
    const counts = this.report?.counts ?? {};
    const changes = (counts.created ?? 0) + (counts.updated ?? 0) + (counts.deleted ?? 0);
    const isBlocked = !this.report || this.isBusy || changes === 0 || (counts.refused > 0 && !this.partial);
    return [
      counts.refused > 0 && !this.partial && el("p.sub", null, t("import.blocked")),
      el("button", { onclick: () => this.app.drawer.leave() }, t("shell.cancel")),
      el("button.primary", { disabled: isBlocked, onclick: () => this.#send(false) }, t("import.yes", { count: changes })),
    ];
  }

  #choose(file) {
    if (!file) return;
    this.file = file;
    this.report = null;
    this.error = file.size > MAX_BYTES ? t("import.too_large", { size: size(file.size), limit: size(MAX_BYTES) }) : null;
    if (this.error) this.#draw();
    else this.#send(true);
  }

  #again(change) {
    Object.assign(this, change);
    if (this.file && !this.error) this.#send(true);
    else this.#draw();
  }

  async #send(dryRun) {
    const format = /\.json$/i.test(this.file.name) || this.file.type === TYPES.json ? "json" : "csv";
    this.isBusy = true;
    this.error = null;
    this.#draw();
    try {
      const query = { dryRun, format, mode: this.mode, partial: this.partial };
      // What is shown is what is done, or nothing is.
      const ifMatch = dryRun || !this.report ? undefined : `"d${this.report.revision}"`;
      const answer = await this.app.api.send("POST", "/v1/extensions/import", { query, ifMatch, raw: await this.file.arrayBuffer(), type: TYPES[format], isSlow: true });
      if (dryRun) this.report = answer;
      else this.result = answer.import ? await this.#follow(answer.import) : answer;
    } catch (error) {
      if (error.status === 412) {
        await this.#send(true);
        this.error ??= t("import.changed");
        return this.#draw();
      }
      const report = error.problem?.rows ? error.problem : null;
      if (report) this.report = report;
      this.error = "hint" in error ? explain(error) : t("import.unreadable");
    }
    this.isBusy = false;
    this.#draw();
  }

  /** The report of an import that takes longer than a request; what it is refused for is thrown as its request would have. */
  async #follow(job) {
    try {
      for (let failed = 0; job.state === "running"; ) {
        this.job = job;
        this.#draw();
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
        try {
          job = await this.app.api.get(`/v1/imports/${job.id}`);
          failed = 0;
        } catch (error) {
          if (!(error.status === 0 || error.status === 429 || error.status >= 500) || ++failed > MAX_FAILED_LOOKS) throw error;
        }
      }
    } finally {
      this.job = null;
    }
    if (job.state === "done") return job.outcome ?? { batch: job.id, counts: {} };
    throw new ApiError(job.outcome?.detail ?? "", { status: job.outcome?.status ?? 500, hint: "error.hint_server", problem: job.outcome });
  }
}
