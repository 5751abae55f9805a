/** The numbered versions: what callers had when, by whom; each can be fetched and gone back to. */

import { el, fill } from "../../../shared/js/dom.js";
import { moment } from "../../../shared/js/format.js";
import { t } from "../../../shared/js/i18n.js";
import { icon } from "../../../shared/js/icons.js";
import { explain } from "../../../shared/js/notices.js";
import { exportFile } from "./export.js";
import { publishDialog } from "./publish.js";

export function versionsPanel(app) {
  return new VersionsPanel(app);
}

class VersionsPanel {
  constructor(app) {
    Object.assign(this, { app, items: [], cursor: null, error: null, isLoading: false });
    this.stop = app.draft.publishing.on(({ state, version }) => state === "deployed" && this.#seen(version));
  }

  title = () => t("versions.title");
  closed = () => this.stop();

  build() {
    this.list = el("ol.versions");
    this.foot = el("div.list-foot");
    if (!this.items.length && !this.isLoading) this.#load();
    else this.#draw();
    return el("div.panel-form", null, el("div.panel-body.is-read", null, el("p.hint", null, t("versions.text")), this.list, this.foot));
  }

  /** Another version is served. */
  changed(change) {
    if (change === null) this.#seen(this.app.draft.directory.published?.version);
  }

  /** Loads the list again when a version is not in it; until then the old list stays. */
  #seen(version) {
    if (!this.isLoading && version > (this.items[0]?.version ?? 0)) this.#load({ isAgain: true });
  }

  async #load({ isAgain = false } = {}) {
    this.isLoading = true;
    try {
      const page = await this.app.api.get("/v1/extensions/versions", { cursor: isAgain ? undefined : this.cursor });
      this.items = isAgain ? page.items : [...this.items, ...page.items];
      this.cursor = page.nextCursor ?? null;
      this.error = null;
    } catch (error) {
      if (!("hint" in error)) throw error;
      this.error = error;
    }
    this.isLoading = false;
    this.#draw();
  }

  #draw() {
    fill(this.list, this.items.map((one) => this.#entry(one)));
    fill(
      this.foot,
      this.error && el("p.callout.callout-bad", { role: "alert" }, explain(this.error)),
      this.isLoading && el("p.hint", null, t("shell.loading")),
      !this.isLoading && !this.error && !this.items.length && el("p.hint", null, t("versions.empty")),
      !this.isLoading && (this.cursor || this.error) && el("button.small", { onclick: () => this.#load() }, t(this.error ? "shell.retry" : "history.more")),
    );
  }

  #entry(one) {
    const isCurrent = one.version === (this.app.draft.directory.published?.version ?? this.items[0]?.version);
    const save = (format) => exportFile(this.app, { format, version: one.version });
    return el(
      "li.version",
      { class: isCurrent && "is-current" },
      el("div.version-head", null, el("h3", null, t("versions.version", { version: one.version })), isCurrent && el("span.chip.chip-published", null, t("versions.current")), one.rollbackOf && el("span.chip", null, t("versions.rollback_of", { version: one.rollbackOf }))),
      one.note && el("p.version-note", { translate: "no" }, one.note),
      el("p.sub", null, t("versions.by", { name: nameOf(one.publishedBy), time: moment(one.publishedAt), count: one.count })),
      el("p.sub", null, el("code", { title: one.sha256, translate: "no" }, String(one.sha256 ?? "").slice(0, 12))),
      el(
        "div.row",
        null,
        el("button.small", { onclick: () => save("csv"), "aria-label": t("versions.export_label", { version: one.version }) }, icon("export", 15), t("versions.export")),
        this.app.mayEdit && !isCurrent && el("button.small", { onclick: () => publishDialog(this.app, { rollback: one }), "aria-label": t("versions.rollback_label", { version: one.version }) }, icon("undo", 15), t("versions.rollback")),
      ),
    );
  }
}

const nameOf = (by) => (typeof by === "object" && by ? (by.name ?? by.sub ?? "") : (by ?? ""));
