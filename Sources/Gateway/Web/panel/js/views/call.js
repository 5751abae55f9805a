/** A call: where it is, how long it takes, where it is heard, and what can be done with it. */

import { attribute, el, fill, text } from "../../../shared/js/dom.js";
import { duration } from "../../../shared/js/format.js";
import { t, tOf } from "../../../shared/js/i18n.js";
import { icon } from "../../../shared/js/icons.js";
import { controls, phase, times, tones } from "../model/calls.js";
import { keypad } from "./keypad.js";
import { keyOf } from "./shortcuts.js";
import { Transfer } from "./transfer.js";

const SYMBOLS = { hold: "hold", mute: "mic", keypad: "keypad", transfer: "transfer", end: "end" };
const OTHER_SYMBOLS = { hold: "play", mute: "mic_off" };
const OPENS = ["keypad", "transfer"];

export class CallView {
  #open = null;
  #interaction = null;

  constructor(panel, id) {
    this.app = panel.app;
    this.id = id;
    this.phase = el("span.call-phase", { role: "status" });
    this.time = el("span.call-time", { role: "timer" });
    this.parts = Object.fromEntries(["ring", "talk", "hold"].map((name) => [name, el("dd")]));
    this.audio = el("p.call-audio");
    this.reason = el("p.call-reason", { role: "status" });
    this.buttons = new Map(controls({}).map(({ name }) => [name, this.#button(name)]));
    this.keypad = keypad({ label: t("keypad.label"), press: (digit) => this.#dial(digit) });
    this.dialled = el("output.dialled", { translate: "no", "aria-label": t("keypad.sent") });
    this.keys = el("div.call-keys", { id: `keys-${id}`, hidden: true }, this.dialled, this.keypad.element, el("p.sub", null, t("keypad.type")));
    this.transfer = new Transfer(panel, id, () => this.toggle("transfer", false));
    const times = Object.entries(this.parts).map(([name, value]) => el("div", null, el("dt", null, t(`time.${name}`)), value));
    this.element = el(
      "section.call",
      { "aria-label": t("call.label") },
      el("div.call-state", null, el("div.call-now", null, this.phase, this.time), el("dl.call-times", null, times)),
      this.audio,
      this.reason,
      el("div.call-controls", { role: "group", "aria-label": t("call.controls") }, [...this.buttons.values()].map((one) => one.element)),
      this.keys,
      this.transfer.element,
    );
  }

  /** Opens or closes the keypad or the transfer. */
  toggle(name, isOpen = this.#open !== name) {
    const was = this.#open;
    this.#open = isOpen ? name : was === name ? null : was;
    this.#drawOpen();
    if (this.#open === "keypad") this.keypad.focus();
    else if (this.#open === "transfer") this.transfer.open();
    else if (was) this.buttons.get(was).element.focus();
  }

  draw(state, interaction) {
    this.#interaction = interaction;
    const where = phase(interaction);
    const busy = state.busy[this.id];
    this.element.dataset.phase = where;
    text(this.phase, t(`phase.${where}`));
    const { audio } = state.agent ?? {};
    fill(this.audio, icon("number", 15), el("span", null, audioText(audio), audio?.address && [" ", el("span", { translate: "no" }, audio.address)]));
    this.audio.hidden = where === "ended";
    text(this.reason, reasonText(interaction) || extensionText(interaction));
    for (const one of controls(interaction)) this.#drawControl(one, busy);
    if (where === "ended") this.#open = null;
    const isEnabled = (name) => controls(interaction).find((one) => one.name === name).isEnabled;
    if (this.#open && !isEnabled(this.#open) && this.#open === "transfer") this.#open = null;
    this.keypad.enable(isEnabled("keypad"));
    this.transfer.draw(state, interaction);
    this.#drawOpen();
  }

  tick(now) {
    const { holds } = this.app.state;
    const spent = times(this.#interaction, holds[this.id], now);
    const where = phase(this.#interaction);
    text(this.time, duration((where === "held" ? spent.heldMs : null) ?? spent.talkMs ?? spent.ringMs ?? 0));
    for (const [name, element] of Object.entries(this.parts)) text(element, spent[`${name}Ms`] === null ? "–" : duration(spent[`${name}Ms`]));
  }

  #button(name) {
    const face = el("span.control-face");
    const word = el("span.control-word");
    const keys = keyOf(name);
    const press = () => (OPENS.includes(name) ? this.toggle(name) : this.app.act(this.id, controls(this.#interaction).find((one) => one.name === name).action));
    const element = el("button.control", { class: name === "end" && "is-end", "aria-keyshortcuts": keys, title: t("keys.hint", { keys }), onclick: press, data: { control: name } }, face, word);
    if (OPENS.includes(name)) attribute(element, "aria-controls", `${name === "keypad" ? "keys" : "transfer"}-${this.id}`);
    return { element, face, word };
  }

  #drawControl({ name, action, isOn, isEnabled }, busy) {
    const { element, face, word } = this.buttons.get(name);
    const isBusy = Boolean(busy) && (busy.action === action || OTHER_SIDE[busy.action] === action);
    const key = `${name} ${action} ${isBusy}`;
    if (face.dataset.key !== key) {
      face.dataset.key = key;
      fill(face, isBusy ? el("span.spinner", { "aria-hidden": "true" }) : icon(isOn ? OTHER_SYMBOLS[name] : SYMBOLS[name], 22));
    }
    text(word, t(`control.${action}`));
    // The word says what a press does; that it is on is seen and said besides.
    element.classList.toggle("is-on", isOn);
    attribute(element, "aria-busy", isBusy ? "true" : null);
    attribute(element, "aria-disabled", !isEnabled || busy ? "true" : null);
    element.disabled = !isEnabled;
  }

  #drawOpen() {
    this.keys.hidden = this.#open !== "keypad";
    this.transfer.element.hidden = this.#open !== "transfer";
    for (const name of OPENS) {
      attribute(this.buttons.get(name).element, "aria-expanded", String(this.#open === name));
      this.buttons.get(name).element.classList.toggle("is-on", this.#open === name);
    }
  }

  /** Digits go one request after the other, in the order in which they were typed. */
  #dial(digits) {
    const wanted = tones(digits);
    if (!wanted) return;
    text(this.dialled, (this.dialled.textContent + wanted).slice(-24));
    const { app, id } = this;
    this.sending = (this.sending ?? Promise.resolve()).then(async () => {
      try {
        await app.commands.act(id, "dtmf", { digits: wanted });
        app.heard(null);
      } catch (error) {
        if (!("hint" in error)) throw error;
        app.fail(id, "dtmf", error);
      }
    });
  }
}

const OTHER_SIDE = { hold: "resume", resume: "hold", mute: "unmute", unmute: "mute" };

const audioText = (audio) => t(`audio.${["flex", "sip", "phone"].includes(audio?.kind) ? audio.kind : "unknown"}`);

/** Keys behind the number: pressed once it is answered; told, so that the agent can press them should that fail. */
function extensionText({ call }) {
  return call?.extension ? t("call.extension", { digits: call.extension }) : "";
}

/** Why a call ended or what it waits for, when there is more to say than its phase. */
function reasonText(interaction) {
  const { call, connectedTs, transfer, endedBy, state } = interaction;
  if (state === "wrapup" || interaction.endedTs) {
    // Who answered was reached: then it counts who hung up.
    if (call?.reason && (!connectedTs || call.reason === "unknown" || !endedBy)) return tOf("ended", call.reason.replaceAll("-", "_"), t("ended.otherwise", { reason: call.reason }));
    return endedBy ? t(`ended.by_${endedBy}`) : "";
  }
  if (transfer?.state === "failed") return t("transfer.failed");
  if (!transfer?.state || transfer.state === "completed") return "";
  const name = transfer.target?.label ?? transfer.target?.id ?? "";
  return t(transfer.mode === "warm" ? (transfer.state === "talking" ? "transfer.talking" : "transfer.calling") : "transfer.running", { name });
}
