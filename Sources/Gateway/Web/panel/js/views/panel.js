/** The panel itself: puts its parts together, draws them when the state changes, rings and announces. */

import { attribute, el, fill, text } from "../../../shared/js/dom.js";
import { t } from "../../../shared/js/i18n.js";
import { icon } from "../../../shared/js/icons.js";
import { Ring } from "../live/ring.js";
import { isMessaging, isVoice, nameOf } from "../model/calls.js";
import { offers, tasks, unread } from "../model/state.js";
import { Banners } from "./banners.js";
import { Bar } from "./bar.js";
import { Dialpad } from "./dialpad.js";
import { Offers } from "./offers.js";
import { Recent } from "./recent.js";
import { Shortcuts } from "./shortcuts.js";
import { Tasks } from "./tasks.js";

const TICK_MS = 1_000;
const VIEWS = { tasks: "tasks", dial: "keypad", recent: "history" };

export class Panel {
  #cleanups = [];
  #parts = [];
  #drawing = false;
  #tick = null;

  constructor({ app, session, notices, rebuild }) {
    Object.assign(this, { app, session, notices, rebuild });
    this.ring = new Ring({ changed: () => this.draw() });
    this.shortcuts = new Shortcuts(this);
    this.#cleanups.push(app.changes.on((change) => this.#changed(change)));
    this.#tick = setInterval(() => this.#drawTimes(), TICK_MS);
    addEventListener("pagehide", this.#goodbye);
  }

  #goodbye = () => this.app.lease.close({ isLast: true });

  close() {
    removeEventListener("pagehide", this.#goodbye);
    clearInterval(this.#tick);
    for (const cleanUp of this.#cleanups) cleanUp();
    this.shortcuts.close();
    this.ring.set(false);
    this.app.close();
  }

  /** Everything of the page, in the language of now. */
  build() {
    const part = (one) => (this.#parts.push(one), one.element);
    this.#parts = [];
    this.said = el("div.unseen", { role: "status", "aria-live": "polite" });
    this.alarm = el("div.unseen", { role: "alert" });
    this.views = { tasks: new Tasks(this), dial: new Dialpad(this), recent: new Recent(this) };
    this.main = el("main.view", { id: "main", tabindex: -1 }, el("h1.unseen", null, t("shell.page")), Object.values(this.views).map(part));
    this.message = el("div.table-message");
    const page = el("div.panel", null, el("a.skip", { href: "#main" }, t("shell.skip")), part(new Bar(this)), part(new Banners(this)), part(new Offers(this)), this.main, this.#navigation(), this.said, this.alarm);
    this.draw();
    return page;
  }

  /** Speaks to those who cannot see it. */
  say(sentence, { isUrgent = false } = {}) {
    text(isUrgent ? this.alarm : this.said, "");
    text(isUrgent ? this.alarm : this.said, sentence);
  }

  show(view) {
    this.app.dispatch({ type: "view", view });
    this.main.focus({ preventScroll: true });
  }

  /** A number that the page around wants called, for the agent to say yes to. */
  confirmDial(number, given) {
    this.views.dial.set(number, given);
    this.show("dial");
    this.views.dial.call.focus();
    this.say(t("say.confirm", { number }), { isUrgent: true });
  }

  #navigation() {
    this.tabs = Object.entries(VIEWS).map(([view, symbol]) => {
      const badge = el("span.badge", { hidden: true });
      const button = el("button.nav-item", { onclick: () => this.show(view) }, el("span.nav-icon", null, icon(symbol, 20), badge), el("span", null, t(`nav.${view}`)));
      return { view, badge, button };
    });
    return el("nav.nav", { "aria-label": t("nav.label") }, this.tabs.map((one) => one.button));
  }

  draw() {
    if (!this.main) return;
    const { state } = this.app;
    const isReady = state.isLoaded;
    attribute(this.main, "aria-busy", !isReady && !this.app.loadError ? "true" : null);
    for (const [name, view] of Object.entries(this.views)) view.element.hidden = name !== state.view;
    for (const part of this.#parts) part.draw(state);
    for (const { view, badge, button } of this.tabs) {
      attribute(button, "aria-current", view === state.view ? "page" : null);
      if (view !== "tasks") continue;
      const count = unread(state);
      badge.hidden = count === 0;
      fill(badge, count > 0 && [el("span", { "aria-hidden": "true" }, count), el("span.unseen", null, t("nav.unread", { count }))]);
    }
    this.ring.set(this.app.isLeader && offers(state).length > 0);
    document.title = `${this.#title(state)} · Patchbay`;
    this.#drawTimes();
  }

  #title(state) {
    const waiting = offers(state).length;
    return waiting ? t("shell.waiting", { count: waiting }) : t("shell.page");
  }

  #drawTimes() {
    const now = this.app.now();
    for (const part of this.#parts) part.tick?.(now);
  }

  #changed({ before, event }) {
    this.#announce(before, event);
    if (this.#drawing) return;
    // Many events in a row are drawn once.
    this.#drawing = true;
    queueMicrotask(() => {
      this.#drawing = false;
      this.draw();
    });
  }

  #announce(before, event) {
    const { interaction } = event;
    if (event.type !== "interaction") return;
    const was = before.interactions[interaction.interactionId];
    const who = nameOf(interaction) ?? t("customer.unknown");
    if (event.event === "message") {
      if (event.message?.direction === "in") this.say(t("say.message", { name: who }));
    } else if (interaction.state === "offered" && !was) this.say(t("say.offered", { name: who, channel: t(`channel.${interaction.channel}`) }), { isUrgent: true });
    else if (was && was.state !== interaction.state) this.say(t(`say.${interaction.state}`, { name: who }));
    else if (was && Boolean(was.held) !== Boolean(interaction.held)) this.say(t(interaction.held ? "say.held" : "say.resumed"));
    else if (was && Boolean(was.muted) !== Boolean(interaction.muted)) this.say(t(interaction.muted ? "say.muted" : "say.unmuted"));
  }

  /** The task that keys act on. */
  get current() {
    const { state } = this.app;
    return state.interactions[state.selected] ?? null;
  }

  /** The next task after the selected one. */
  next() {
    const list = tasks(this.app.state);
    const at = list.findIndex((one) => one.interactionId === this.app.state.selected);
    if (list.length) this.app.select(list[(at + 1) % list.length].interactionId);
  }
}

/** The picture of a channel. */
export const channelIcon = (interaction) => {
  if (isVoice(interaction)) return "number";
  return isMessaging(interaction) && ["sms", "email"].includes(interaction.channel) ? interaction.channel : "chat";
};
