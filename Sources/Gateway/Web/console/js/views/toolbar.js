/** Above the table: search, status, team, and what can be done. */

import { el, fill, text } from "../../../shared/js/dom.js";
import { locale, t } from "../../../shared/js/i18n.js";
import { icon } from "../../../shared/js/icons.js";
import { menu } from "../../../shared/js/menu.js";
import { STATUSES, counts } from "../model/arrange.js";
import { editPanel } from "./edit.js";
import { exportFile } from "./export.js";
import { historyPanel } from "./history.js";
import { importPanel } from "./import.js";
import { versionsPanel } from "./versions.js";

export class Toolbar {
  /** `view` is `{search, status, team}`; `changed()` is told when a person changes it. */
  constructor({ app, view, changed }) {
    Object.assign(this, { app, view, changed });
    this.search = el("input", { type: "search", value: view.search, "aria-label": t("table.search"), placeholder: t("table.search"), autocomplete: "off", spellcheck: "false", oninput: () => this.#set({ search: this.search.value }) });
    this.chips = new Map(STATUSES.map((status) => [status, this.#chip(status)]));
    this.team = el("select.team", { "aria-label": t("table.team"), onchange: () => this.#set({ team: this.team.value === "*" ? null : this.team.value.slice(1) }) });
    this.found = el("p.found.sub", { role: "status" });
    this.element = el(
      "section.toolbar",
      { "aria-label": t("table.tools") },
      el("div.search", null, icon("search", 18), this.search),
      this.team,
      el("div.tools", null, app.mayEdit && el("button.primary", { "aria-label": t("table.add"), onclick: () => app.drawer.open(editPanel(app)) }, icon("add", 18), el("span", null, t("table.add"))), this.#menu()),
      el("div.chip-row", null, el("div.segments.filters", { role: "group", "aria-label": t("table.status") }, [...this.chips.values()].map((one) => one.button)), this.found),
    );
  }

  /** Counts and teams follow the directory; `shown` is how many rows fit. */
  draw(shown) {
    const { directory } = this.app.draft;
    this.#countAgain(directory);
    const numbers = this.numbers;
    for (const [status, { button, count }] of this.chips) {
      button.setAttribute("aria-pressed", String(this.view.status === status));
      text(count, new Intl.NumberFormat(locale()).format(numbers[status]));
      button.hidden = status !== "all" && status !== this.view.status && numbers[status] === 0 && ["problems", "expired"].includes(status);
      button.classList.toggle("is-alarm", status === "problems" && numbers.problems > 0);
    }
    this.#teams(this.teams);
    text(this.found, shown === directory.size ? "" : t("table.found", { count: shown }));
  }

  /** Only when something has changed, or a minute has passed: extensions expire. */
  #countAgain(directory) {
    const at = `${directory.version} ${Math.floor(Date.now() / 60_000)}`;
    if (at === this.countedAt) return;
    this.countedAt = at;
    this.numbers = counts(directory);
    this.teams = directory.teams;
  }

  #chip(status) {
    const count = el("span.count");
    return { count, button: el("button", { "aria-pressed": "false", onclick: () => this.#set({ status }) }, t(`filter.${status}`), count) };
  }

  #teams(teams) {
    const key = JSON.stringify(teams);
    if (this.known !== key) {
      this.known = key;
      fill(this.team, el("option", { value: "*" }, t("table.every_team")), el("option", { value: "=" }, t("table.no_team")), teams.map((team) => el("option", { value: `=${team}`, translate: "no" }, team)));
    }
    this.team.value = this.view.team === null ? "*" : `=${this.view.team}`;
    this.team.hidden = teams.length === 0;
  }

  #set(values) {
    Object.assign(this.view, values);
    this.changed();
  }

  #menu() {
    const { app } = this;
    return menu({
      label: t("table.more"), symbol: "more",
      items: [
        { label: t("history.title"), symbol: "history", run: () => app.drawer.open(historyPanel(app)) },
        { label: t("versions.title"), symbol: "versions", run: () => app.drawer.open(versionsPanel(app)) },
        app.mayEdit && { label: t("import.title"), symbol: "import", run: () => app.drawer.open(importPanel(app)) },
        { label: t("export.csv"), symbol: "export", run: () => exportFile(app, { format: "csv" }) },
        { label: t("export.json"), symbol: "export", run: () => exportFile(app, { format: "json" }) },
      ],
    });
  }
}
