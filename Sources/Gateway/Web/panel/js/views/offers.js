/** Who is waiting: a card each, with the time that is left and the two answers. Only the panel that holds the lease rings. */

import { attribute, el, fill, text } from "../../../shared/js/dom.js";
import { t } from "../../../shared/js/i18n.js";
import { icon } from "../../../shared/js/icons.js";
import { addressOf, nameOf, timeLeft } from "../model/calls.js";
import { offers } from "../model/state.js";
import { failure } from "./failure.js";
import { channelIcon } from "./panel.js";

const RADIUS = 25;
const ROUND = 2 * Math.PI * RADIUS;

/** A card that comes under the pointer was not what it aimed at: a press so soon and so near is ignored, in milliseconds and pixels. */
const AIM_MS = 700;
const AIM_PX = 48;
let pointer = { clientX: -1_000, clientY: -1_000 };
for (const name of ["pointermove", "pointerdown"]) addEventListener(name, (event) => (pointer = event), { passive: true });

export class Offers {
  #cards = new Map();

  constructor(panel) {
    this.panel = panel;
    this.app = panel.app;
    this.list = el("div.offer-list");
    this.silent = el("div.banner.banner-note", { hidden: true }, icon("bell_off", 18), el("p", null, t("banner.silent")), el("button.small", { type: "button" }, t("ring.allow")));
    this.element = el("div.offers", { role: "region", "aria-label": t("offer.region") }, this.list, this.silent);
  }

  draw(state) {
    const waiting = offers(state);
    const { ring } = this.panel;
    this.silent.hidden = !waiting.length || !this.app.isLeader || !ring.isOn || ring.isUnlocked;
    this.element.hidden = !waiting.length;
    for (const [id, card] of this.#cards) {
      if (waiting.some((one) => one.interactionId === id)) continue;
      const hadFocus = card.element.contains(document.activeElement);
      card.element.remove();
      this.#cards.delete(id);
      // What had the focus is gone: it goes to what came of it.
      if (hadFocus) this.panel.main.focus({ preventScroll: true });
    }
    for (const interaction of waiting) {
      const id = interaction.interactionId;
      if (!this.#cards.has(id)) this.#add(id, interaction);
      this.#cards.get(id).draw(state, interaction);
    }
  }

  #add(id, interaction) {
    const card = offerCard(this.app, interaction);
    this.#cards.set(id, card);
    this.list.append(card.element);
  }

  tick(now) {
    for (const card of this.#cards.values()) card.tick(now);
  }
}

function offerCard(app, first) {
  const id = first.interactionId;
  const since = performance.now();
  const aim = pointer;
  let interaction = first;
  const isStray = ({ detail, clientX, clientY }) => detail > 0 && performance.now() - since < AIM_MS && Math.hypot(clientX - aim.clientX, clientY - aim.clientY) < AIM_PX;
  const answer = (action) => (event) => isStray(event) || app.act(id, action);
  const left = el("span.offer-left", { "aria-hidden": "true" });
  const arc = el("circle.arc", { cx: 28, cy: 28, r: RADIUS, "stroke-dasharray": ROUND });
  const clock = el("div.offer-clock", null, el("svg", { viewBox: "0 0 56 56", width: 56, height: 56, "aria-hidden": "true" }, el("circle.track", { cx: 28, cy: 28, r: RADIUS }), arc), icon(channelIcon(first), 24));
  const accept = el("button.accept", { "aria-keyshortcuts": "Alt+A", title: t("keys.hint", { keys: "Alt+A" }), onclick: answer("accept") }, icon("check", 18), el("span", null, t("offer.accept")));
  const reject = el("button.reject", { "aria-keyshortcuts": "Alt+R", title: t("keys.hint", { keys: "Alt+R" }), onclick: answer("reject") }, el("span", null, t("offer.reject")));
  const problem = el("div");
  const name = el("h2.offer-name", { translate: "no" });
  const facts = el("p.offer-facts");
  const element = el("section.offer", { "aria-label": t("offer.label", { channel: t(`channel.${first.channel}`) }), data: { id } }, el("div.offer-who", null, clock, el("div.offer-text", null, el("p.offer-kind", null, t(`offer.kind_${first.channel}`), left), name, facts)), problem, el("div.offer-answers", null, reject, accept));

  function draw(state, current) {
    interaction = current;
    const busy = state.busy[id];
    const title = nameOf(interaction);
    text(name, title ?? t("customer.unknown"));
    attribute(name, "translate", title ? "no" : null);
    const address = addressOf(interaction);
    fill(facts, [address !== title && address && el("span", { translate: "no" }, address), interaction.queue?.name && el("span", { translate: "no" }, interaction.queue.name), interaction.record?.label && interaction.record.label !== title && el("span", { translate: "no" }, interaction.record.label)]);
    accept.disabled = reject.disabled = Boolean(busy);
    attribute(accept, "aria-busy", busy?.action === "accept" ? "true" : null);
    fill(problem, failure(app, id, state.errors[id]));
    element.classList.toggle("is-elsewhere", !app.isLeader);
  }

  function tick(now) {
    const rest = timeLeft(interaction, now);
    text(left, rest ? t("offer.left", { count: Math.ceil(rest.ms / 1_000) }) : "");
    arc.style.strokeDashoffset = String(ROUND * (1 - (rest?.part ?? 1)));
  }

  return { element, draw, tick };
}
