/** What stands over the table: how current the page is, what waits to be published, who publishes, when the sign-in ends. */

import { el, fill } from "../../../shared/js/dom.js";
import { clock } from "../../../shared/js/format.js";
import { t } from "../../../shared/js/i18n.js";
import { icon } from "../../../shared/js/icons.js";
import { isOver } from "../model/publish.js";
import { diffPanel } from "./diff.js";

/** The end of the sign-in is announced this long before, in milliseconds. */
const WARN_MS = 5 * 60_000;
/** A connection that comes back sooner is not worth a banner. */
const LOST_MS = 1_500;

export class Banners {
  #drawn = "";

  constructor(app) {
    this.app = app;
    this.link = el("div", { role: "alert" });
    this.draft = el("div", { role: "status" });
    this.element = el("div.banners", null, this.link, this.draft);
    this.timer = setInterval(() => this.#drawLink(), 1_000);
  }

  dispose() {
    clearInterval(this.timer);
  }

  draw() {
    this.#drawLink();
    const { draft } = this.app;
    const { pending } = draft.directory;
    const key = `${pending} ${draft.publish.state} ${draft.publish.by?.name ?? draft.publish.by} ${draft.isLoaded}`;
    if (key === this.#drawn) return;
    this.#drawn = key;
    fill(this.draft, draft.isLoaded && [!isOver(draft.publish.state) && this.#running(draft.publish), isOver(draft.publish.state) && pending > 0 && this.#pending(pending)]);
  }

  #pending(count) {
    const { app } = this;
    return el(
      "div.banner.banner-pending",
      null,
      el("span.banner-count", { "aria-hidden": "true" }, count > 999 ? "999+" : count),
      el("p", null, el("strong", null, t("banner.pending", { count })), " ", el("span.banner-text", null, t("banner.publish_them"))),
      el("div.row", null, el("button.small", { onclick: () => app.drawer.open(diffPanel(app)) }, t("banner.view")), app.mayEdit && el("button.small.primary", { onclick: () => app.publish() }, icon("publish", 15), t("publish.open"))),
    );
  }

  #running(publish) {
    const name = publish.by?.name ?? publish.by ?? "";
    return el("div.banner.banner-running", null, el("span.spinner", { "aria-hidden": "true" }), el("p", null, el("strong", null, t("banner.running", { name })), " ", t(`publish.step_${publish.state}`)), el("div.row", null, el("button.small", { onclick: () => this.app.publish() }, t("banner.progress"))));
  }

  #drawLink() {
    const { state, since } = this.app.stream;
    const ends = Date.parse(this.app.me.expires ?? "") - Date.now();
    const isLost = (state === "delayed" || state === "offline") && Date.now() - since > LOST_MS;
    const key = isLost ? `${state} ${since}` : ends < WARN_MS ? `ends ${this.app.me.expires}` : "";
    if (key === this.shown) return;
    this.shown = key;
    fill(
      this.link,
      isLost && el("div.banner.banner-late", null, icon("alert", 18), el("p", null, t(`banner.${state}`, { time: clock(since) }))),
      !isLost && ends < WARN_MS && el("div.banner.banner-late", null, icon("alert", 18), el("p", null, t("banner.ends", { time: clock(this.app.me.expires) })), el("div.row", null, el("button.small", { onclick: () => this.app.signInAgain() }, t("signin.again")))),
    );
  }
}
