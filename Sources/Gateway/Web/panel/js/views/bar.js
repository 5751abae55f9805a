/** The bar at the top: whether the agent is available, how current the panel is, and what is seldom needed. */

import { attribute, el, fill, keepingFocus, text } from "../../../shared/js/dom.js";
import { isDark, onSystemChange, switchTheme } from "../../../shared/js/appearance.js";
import { duration } from "../../../shared/js/format.js";
import { LANGUAGES, chooseLanguage, language, t, tOf } from "../../../shared/js/i18n.js";
import { icon } from "../../../shared/js/icons.js";
import { menu } from "../../../shared/js/menu.js";

export class Bar {
  #shown = "";

  constructor(panel) {
    this.panel = panel;
    this.app = panel.app;
    this.activity = el("div.activity");
    this.since = el("span.activity-since", { "aria-hidden": "true" });
    this.pillText = el("span");
    this.pill = el("span.pill", { role: "status" }, el("span.dot", { "aria-hidden": "true" }), this.pillText);
    this.more = el("div.bar-end", null, this.pill);
    this.element = el("header.bar", null, this.activity, this.more);
    this.#drawMenu();
    onSystemChange(() => this.#drawMenu());
  }

  draw(state) {
    const { agent, busy, link } = state;
    const isChanging = Boolean(busy.activity);
    const key = JSON.stringify([agent?.activity, agent?.activities, isChanging]);
    if (agent && key !== this.#shown) {
      this.#shown = key;
      keepingFocus(this.activity, () => fill(this.activity, this.#activityMenu(agent, isChanging)));
    }
    this.pill.className = `pill pill-${link.state}`;
    text(this.pillText, t(`link.${link.state}`));
    attribute(this.pill, "title", t(`link.${link.state}_text`));
  }

  tick(now) {
    const { agent } = this.app.state;
    if (agent?.sinceTs) text(this.since, duration(now - agent.sinceTs));
  }

  #activityMenu(agent, isChanging) {
    const { name, available } = agent.activity ?? {};
    const label = activityName(name);
    const entry = (one) => ({ label: activityName(one.name), mark: dot(one.available), isChosen: one.name === name, run: () => this.app.setActivity(one.name) });
    return menu({
      label: t("activity.label", { name: label }),
      content: [isChanging ? el("span.spinner", { "aria-hidden": "true" }) : dot(available), el("span.activity-name", { translate: "no" }, label), this.since, icon("down", 16)],
      items: (agent.activities ?? []).map(entry),
    });
  }

  #drawMenu() {
    const { app, panel } = this;
    const next = LANGUAGES[(LANGUAGES.indexOf(language()) + 1) % LANGUAGES.length];
    const { name, sub, role } = app.me;
    const items = [
      { label: t("shell.shortcuts"), symbol: "keys", run: () => panel.shortcuts.show() },
      { label: t(panel.ring.isOn ? "ring.off" : "ring.on"), symbol: panel.ring.isOn ? "bell_off" : "bell", run: () => this.#switchRing() },
      { label: t(isDark() ? "shell.to_light" : "shell.to_dark"), symbol: isDark() ? "sun" : "moon", run: () => (switchTheme(), this.#drawMenu(), this.#focus()) },
      { label: t("shell.language"), symbol: "chat", run: () => this.#switchLanguage(next) },
      { label: t("account.switch"), symbol: "person", run: () => panel.session.forget() },
      { label: t("account.out"), symbol: "close", run: () => panel.session.signOut() },
    ];
    const head = el("div.account-head", null, el("strong", { translate: "no" }, name || sub), el("span.sub", null, tOf("role", role)));
    fill(this.more, this.pill, menu({ label: t("shell.menu"), symbol: "more", head, items }));
  }

  #switchRing() {
    this.panel.ring.isOn = !this.panel.ring.isOn;
    this.#drawMenu();
    this.#focus();
  }

  async #switchLanguage(next) {
    await chooseLanguage(next);
    this.panel.rebuild();
    document.querySelector(".bar-end .menu-button").focus();
  }

  #focus() {
    this.more.querySelector(".menu-button").focus();
  }
}

/** TaskRouter's own activities in the reader's language; others as they are called. */
export const activityName = (name) => tOf("activity", String(name ?? "").toLowerCase().replace(/\W+/g, "_"), String(name ?? ""));

const dot = (isAvailable) => el("span.presence", { class: isAvailable && "is-present", "aria-hidden": "true" });
