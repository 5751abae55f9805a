/** The console itself: puts table, panels and banners together and carries what changes to them. */

import { attribute, el, fill } from "../../../shared/js/dom.js";
import { t } from "../../../shared/js/i18n.js";
import { explain } from "../../../shared/js/notices.js";
import { Arrangement } from "../model/arrange.js";
import { NO_RULES } from "../model/rules.js";
import { Banners } from "./banners.js";
import { BulkBar } from "./bulk.js";
import { Drawer } from "./drawer.js";
import { editPanel } from "./edit.js";
import { Grid } from "./grid.js";
import { publishDialog } from "./publish.js";
import { Toolbar } from "./toolbar.js";

/** Many events in a row are drawn once, after this long, in milliseconds. */
const DRAW_MS = 40;
/** So long after the last action there is time for what is not asked for yet, in milliseconds. */
const IDLE_MS = 60;
/** A directory that could not be loaded is asked for again after this long, in milliseconds. */
const RETRY_MS = 5_000;

export class Console {
  cleanups = [];
  view = { search: "", status: "all", team: null };
  sort = { field: "extension", isDown: false };
  #arrangement = new Arrangement();
  #timer = null;
  #fresh = new Set();

  /** `app` members: api, session, me, draft, stream, notices; `signInAgain()` asks for another token. */
  constructor(parts) {
    Object.assign(this, parts);
    this.drawer = new Drawer({ behind: () => (this.main ? [this.main] : []), moved: () => this.#moved() });
    this.stops = [this.draft.changes.on((change) => this.#changed(change)), this.draft.publishing.on(() => this.banners?.draw())];
  }

  get mayEdit() {
    return this.me.role !== "agent";
  }

  /** Everything of the page, in the language of now. */
  build() {
    const selected = this.grid?.selected ?? new Set();
    this.#cleanUp();
    this.grid = new Grid({ sort: this.sort, mayEdit: this.mayEdit, on: { open: (id) => this.openRecord(id), select: () => this.bulk.draw(), sort: (field) => this.#sortBy(field) } });
    this.grid.selected = selected;
    this.toolbar = new Toolbar({ app: this, view: this.view, changed: () => this.#draw({ fromTop: true }) });
    this.banners = new Banners(this);
    this.bulk = new BulkBar(this);
    this.message = el("div.table-message");
    this.main = el("main.console", { id: "main", tabindex: -1 }, el("h1.unseen", null, t("shell.page")), this.banners.element, this.toolbar.element, this.bulk.element, el("div.table", null, this.grid.element, this.message));
    this.drawer.draw();
    this.#draw({});
    this.bulk.draw();
    return el("div.workspace", null, this.main, this.drawer.element);
  }

  async load() {
    try {
      await this.draft.load((done, total) => fill(this.message, el("p.hint", { role: "status" }, t("table.loading", { done, total: total ?? done }))));
    } catch (error) {
      if (!("hint" in error)) throw error;
      this.#draw({});
      // Perhaps the service is only starting.
      clearTimeout(this.retrying);
      if (!this.draft.isLoaded && error.status !== 401) this.retrying = setTimeout(() => this.load(), RETRY_MS);
    }
  }

  dispose() {
    this.#cleanUp();
    this.drawer.dispose();
    clearTimeout(this.#timer);
    clearTimeout(this.preparing);
    clearTimeout(this.retrying);
    for (const stop of this.stops) stop();
  }

  openRecord(id) {
    const record = this.draft.directory.record(id);
    if (record) this.drawer.open(editPanel(this, { record }));
  }

  publish() {
    publishDialog(this);
  }

  /** What sentences about broken rules are filled with. */
  ruleValues() {
    const { minDigits: min, maxDigits: max } = this.draft.rules ?? NO_RULES;
    return { min, max, limit: 256, team: "" };
  }

  #cleanUp() {
    for (const cleanUp of this.cleanups.splice(0)) cleanUp();
    this.grid?.dispose();
    this.banners?.dispose();
  }

  #sortBy(field) {
    this.sort = { field, isDown: this.sort.field === field && !this.sort.isDown };
    this.grid.setSort(this.sort);
    this.#draw({ fromTop: true });
    this.grid.head.querySelector(".is-sorted")?.focus({ preventScroll: true });
  }

  #changed(change) {
    if (change?.actor && change.actor.sub !== this.me.sub) for (const id of change.ids) this.#fresh.add(id);
    this.drawer.changed(change);
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      const fresh = [...this.#fresh];
      this.#fresh.clear();
      this.#draw({});
      if (fresh.length) this.grid.flash(fresh);
    }, DRAW_MS);
  }

  #draw(options) {
    const { directory, isLoaded, error } = this.draft;
    for (const id of this.grid.selected) if (!directory.row(id) && isLoaded) this.grid.selected.delete(id);
    const rows = this.#arrangement.rows(directory, { ...this.view, sort: this.sort });
    this.grid.setRows(rows, options);
    this.toolbar.draw(rows.length);
    this.banners.draw();
    this.bulk.draw();
    attribute(this.main, "aria-busy", !isLoaded && !error ? "true" : null);
    if (isLoaded || error) fill(this.message, this.#emptiness(rows.length, error, isLoaded));
    this.#prepare();
  }

  /** Sorts by the other columns while nothing else is to do, so that a click finds it done. */
  #prepare() {
    clearTimeout(this.preparing);
    this.preparing = setTimeout(() => {
      if (this.draft.isLoaded && this.#arrangement.prepare(this.draft.directory)) this.#prepare();
    }, IDLE_MS);
  }

  #emptiness(count, error, isLoaded) {
    if (error && !isLoaded) {
      return el("div.empty", { role: "alert" }, el("h2", null, t("table.failed")), el("p.hint", null, explain(error)), el("button", { onclick: () => this.load() }, t("shell.retry")));
    }
    if (count) return null;
    if (this.draft.directory.size) {
      return el("div.empty", null, el("h2", null, t("table.none_found")), el("button", { onclick: () => this.#showAll() }, t("table.show_all")));
    }
    return el("div.empty", null, el("h2", null, t("table.empty")), el("p.hint", null, t(this.mayEdit ? "table.empty_text" : "table.empty_read")), this.mayEdit && el("button.primary", { onclick: () => this.drawer.open(editPanel(this)) }, t("table.add")));
  }

  #showAll() {
    Object.assign(this.view, { search: "", status: "all", team: null });
    this.toolbar.search.value = "";
    this.#draw({ fromTop: true });
    this.toolbar.search.focus();
  }

  #moved() {
    document.body.classList.toggle("has-drawer", Boolean(this.drawer.panel));
  }
}
