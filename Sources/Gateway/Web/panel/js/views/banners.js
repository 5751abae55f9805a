/** What is wrong with the whole panel, in a line each, with the one thing that can be done about it. */

import { el, fill } from "../../../shared/js/dom.js";
import { clock } from "../../../shared/js/format.js";
import { t } from "../../../shared/js/i18n.js";
import { icon } from "../../../shared/js/icons.js";
import { isLasting } from "../../../shared/js/store.js";

/** A break shorter than this is not worth a word, in milliseconds. */
const LOST_MS = 2_000;
/** The end of a sign-in is told so long before, in milliseconds. */
const WARN_MS = 5 * 60_000;

export class Banners {
  element = el("div.banners", { role: "status" });
  #shown = "";
  /** The word about what the browser keeps was read. */
  #isHeard = false;

  constructor(panel) {
    this.panel = panel;
    this.app = panel.app;
  }

  draw() {
    const wanted = this.#wanted(Date.now());
    const key = wanted.map((one) => one.key).join(" ");
    if (key === this.#shown) return;
    this.#shown = key;
    fill(this.element, wanted.map((one) => this.#view(one)));
  }

  tick() {
    this.draw();
  }

  #view({ tone = "late", symbol = "alert", sentence, detail, hint, action }) {
    return el("div.banner", { class: `banner-${tone}` }, icon(symbol, 18), el("p", null, sentence, detail && [" ", el("span", { translate: "no" }, detail)], hint && ` ${t(hint)}`), action && el("button.small", { onclick: action.run }, action.label));
  }

  #wanted(now) {
    const { state, loadError, me } = this.app;
    const { link, service, lease } = state;
    if (loadError && !state.isLoaded) return [this.#failedLoad(loadError)];
    const found = [];
    const isLost = link.state === "delayed" || link.state === "offline";
    if (service) found.push({ key: `service ${service.status}`, tone: "bad", sentence: t(service.status ? "banner.away" : "banner.offline", { time: clock(service.since) }) });
    else if (isLost && now - link.since > LOST_MS) found.push({ key: `${link.state} ${link.since}`, sentence: t(`banner.${link.state}`, { time: clock(link.since) }), action: { label: t("shell.retry"), run: () => this.app.retry() } });
    if (lease.state === "other") found.push({ key: `other ${Boolean(state.busy.lease)}`, tone: "note", symbol: "window", sentence: t("banner.elsewhere"), action: { label: t("banner.take"), run: () => this.app.takeOver() } });
    if (!isLasting() && !this.#isHeard) found.push({ key: "unkept", tone: "note", sentence: t("banner.unkept"), action: { label: t("shell.dismiss"), run: () => ((this.#isHeard = true), this.draw()) } });
    const ends = Date.parse(me.expires ?? "") - now;
    if (ends < WARN_MS) found.push({ key: `ends ${me.expires}`, sentence: t("banner.ends", { time: clock(me.expires) }), action: { label: t("signin.again"), run: () => this.app.signInAgain() } });
    return found;
  }

  #failedLoad({ code, status, detail, hint }) {
    if (code === "not_an_agent" || status === 404) return { key: "nobody", tone: "bad", sentence: t("banner.not_agent", { name: this.app.me.sub }), action: { label: t("account.out"), run: () => this.panel.session.signOut() } };
    return { key: `load ${status}`, tone: "bad", sentence: t("banner.load"), detail, hint: hint ?? "error.hint_server", action: { label: t("shell.retry"), run: () => this.app.load() } };
  }
}
