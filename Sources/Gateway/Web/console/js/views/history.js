/** Who changed what, and when: of one extension or of all, newest first. */

import { el, fill } from "../../../shared/js/dom.js";
import { moment } from "../../../shared/js/format.js";
import { t } from "../../../shared/js/i18n.js";
import { icon } from "../../../shared/js/icons.js";
import { confirm } from "../../../shared/js/modal.js";
import { explain } from "../../../shared/js/notices.js";
import { data } from "./cells.js";
import { changeRows } from "./values.js";

const PAGE = 50;
/** Changes of one entry that are shown at once. */
const SHOWN = 20;

/** `record`: of that one only; `back` goes to where it was opened from. */
export function historyPanel(app, { record = null, back = null } = {}) {
  return new HistoryPanel(app, record, back);
}

class HistoryPanel {
  constructor(app, record, back) {
    Object.assign(this, { app, record, back, items: [], cursor: null, isLoading: false, error: null });
  }

  title = () => (this.record ? t("history.title_one", { extension: this.record.extension }) : t("history.title"));

  build() {
    this.list = el("ol.history");
    this.foot = el("div.list-foot");
    if (!this.items.length && !this.isLoading) this.#load();
    else this.#draw();
    return el("div.panel-form", null, el("div.panel-body.is-read", null, this.back && el("button.small.ghost", { onclick: this.back }, icon("back", 16), t("history.back")), this.list, this.foot));
  }

  /** The newest entry is put on top as soon as somebody writes. */
  changed(change) {
    if (!change || this.isLoading || (this.record && !change.ids?.includes(this.record.id))) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#load({ isAgain: true }), 300);
  }

  closed() {
    clearTimeout(this.timer);
  }

  async #load({ isAgain = false } = {}) {
    this.isLoading = true;
    if (!isAgain) this.#draw();
    try {
      const page = await this.app.api.get("/v1/extensions/history", { id: this.record?.id, limit: PAGE, cursor: isAgain ? undefined : this.cursor });
      const known = new Set(this.items.map((item) => item.offset));
      const fresh = page.items.filter((item) => !known.has(item.offset));
      this.items = isAgain ? [...fresh, ...this.items] : [...this.items, ...fresh];
      if (!isAgain || !this.cursor) this.cursor = page.nextCursor ?? null;
      this.error = null;
    } catch (error) {
      if (!("hint" in error)) throw error;
      this.error = error;
    }
    this.isLoading = false;
    this.#draw();
  }

  #draw() {
    fill(this.list, this.items.map((item) => this.#entry(item)));
    fill(
      this.foot,
      this.isLoading && el("p.hint", { role: "status" }, t("shell.loading")),
      this.error && el("p.callout.callout-bad", { role: "alert" }, explain(this.error)),
      !this.isLoading && !this.error && !this.items.length && el("p.hint", null, t("history.empty")),
      !this.isLoading && (this.cursor || this.error) && el("button.small", { onclick: () => this.#load() }, t(this.error ? "shell.retry" : "history.more")),
    );
  }

  #entry(item) {
    const changes = item.changes ?? [];
    const count = item.count ?? changes.length;
    return el(
      "li.history-entry",
      null,
      el(
        "div.history-head",
        null,
        el("strong", null, data(item.actor?.name ?? item.actor?.sub ?? "")),
        el("time.sub", { translate: "no", datetime: item.at }, moment(item.at)),
        item.batch && el("span.chip", null, t("history.batch", { count })),
        item.batch && this.app.mayEdit && el("button.small.ghost", { onclick: () => undoImport(this.app, item.batch) }, icon("undo", 15), t("import.undo")),
      ),
      changes.slice(0, SHOWN).map((change) => this.#change(change)),
      count > SHOWN && el("p.sub", null, t("history.further", { count: count - SHOWN })),
    );
  }

  #change({ before, after }) {
    const kind = !before ? "created" : !after ? "deleted" : "updated";
    return el("div.history-change", null, el("h3", null, el("span.chip", { class: `chip-${kind}` }, t(`history.${kind}`)), data((after ?? before).extension)), changeRows(before, after));
  }
}

/** Takes a whole import back. Returns whether that was done. */
export async function undoImport(app, batch) {
  const isSure = await confirm({ title: t("import.undo_title"), text: t("import.undo_text"), yes: t("import.undo"), isDanger: true });
  if (!isSure) return false;
  try {
    await app.api.post(`/v1/extensions/imports/${encodeURIComponent(batch)}/undo`, {}, { isSlow: true });
    app.notices.say(t("import.undone"));
    return true;
  } catch (error) {
    app.notices.fail(error, t("import.undo_failed"));
    return false;
  }
}
