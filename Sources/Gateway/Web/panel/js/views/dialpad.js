/** A number to call: typed, pressed or pasted; what is wrong with it, who it is, and what became of the call. */

import { attribute, el, fill, text, uniqueID } from "../../../shared/js/dom.js";
import { t, tOf } from "../../../shared/js/i18n.js";
import { icon } from "../../../shared/js/icons.js";
import { fault } from "../model/dial.js";
import { keypad } from "./keypad.js";

const ASK_MS = 300;
const MIN_KNOWN_DIGITS = 6;

export class Dialpad {
  #asked = null;
  #abort = null;
  #isTried = false;
  #shown = null;
  /** The record and the region that came with a number from elsewhere. */
  #given = null;
  /** Whether a call is about the record that the page around shows, where nothing else is known. */
  #isAbout = true;

  constructor(panel) {
    Object.assign(this, { panel, app: panel.app });
    const id = uniqueID("number");
    this.field = el("input.number", { id, type: "tel", inputmode: "tel", autocomplete: "off", translate: "no", maxlength: 64, "aria-describedby": `${id}-check`, oninput: () => this.#changed(), placeholder: t("dial.placeholder") });
    this.erase = el("button.ghost.square", { type: "button", "aria-label": t("dial.erase"), title: t("dial.erase"), onclick: () => this.set(this.field.value.slice(0, -1)) }, icon("delete", 20));
    this.check = el("p.dial-check", { id: `${id}-check`, role: "status" });
    this.keys = keypad({ label: t("dial.keys"), press: (digit) => this.set(this.field.value + digit), hasPlus: true });
    this.about = el("input", { type: "checkbox", checked: true, id: `${id}-about`, onchange: () => (this.#isAbout = this.about.checked) });
    this.aboutName = el("span", { translate: "no" });
    this.aboutRow = el("label.dial-about", { for: `${id}-about`, hidden: true }, this.about, el("span", null, t("dial.about"), " ", this.aboutName));
    this.call = el("button.accept.full.dial-call", { type: "submit" }, icon("number", 19), el("span", null, t("dial.call")));
    this.outcome = el("div.dial-outcome");
    this.facts = el("p.sub.dial-facts");
    this.element = el("section.dial", { "aria-labelledby": `${id}-title` }, el("h2.unseen", { id: `${id}-title` }, t("nav.dial")), el("form.stack", { onsubmit: (event) => (event.preventDefault(), this.#dial()) }, el("label.unseen", { for: id }, t("dial.number")), el("div.dial-field", null, this.field, this.erase), this.check, this.keys.element, this.aboutRow, this.call), this.outcome, this.facts);
  }

  set(number, given = null) {
    this.#given = given;
    this.field.value = number;
    this.#changed(true);
  }

  focus() {
    this.field.focus();
  }

  draw(state) {
    const { dial, agent, service } = state;
    const isUnderWay = dial.phase === "asking" || dial.phase === "waiting";
    this.call.disabled = isUnderWay || agent?.canDial === false;
    this.erase.hidden = this.field.value === "";
    text(this.facts, agent?.callerId ? t("dial.from", { number: agent.callerId }) : "");
    this.#drawAbout(state.current);
    const key = JSON.stringify([dial.phase, dial.reason, dial.dialId, agent?.canDial, Boolean(service)]);
    if (key === this.#shown) return;
    this.#shown = key;
    fill(this.outcome, this.#outcome(dial, agent));
    if (dial.phase === "accepted" && dial.origin === "panel") this.#done();
  }

  #drawAbout(current) {
    this.aboutRow.hidden = !current || Boolean(this.#given?.record);
    if (!current) return;
    text(this.aboutName, current.label || current.id);
    if (this.shownRecord === current.id) return;
    // Another record: asked anew.
    this.shownRecord = current.id;
    this.#isAbout = this.about.checked = true;
  }

  #done() {
    this.field.value = "";
    this.#given = null;
    this.#isTried = false;
    fill(this.check);
  }

  #outcome(dial, agent) {
    if (dial.phase === "asking" || dial.phase === "waiting") return el("p.callout.callout-note", { role: "status" }, el("span.spinner", { "aria-hidden": "true" }), el("span", null, t("dial.placing", { number: dial.number })));
    if (dial.phase === "refused") return el("div.callout.callout-bad", { role: "alert" }, icon("alert", 18), el("p", null, el("strong", null, tOf("dial_refused", dial.reason, t("dial_refused.internal"))), " ", el("span", { translate: dial.detail ? "no" : null }, [dial.detail, dial.remedy].filter(Boolean).join(" ") || t(dial.hint ?? "dial.try_again"))), el("button.ghost.square.small", { type: "button", "aria-label": t("shell.dismiss"), onclick: () => this.app.clearDial() }, icon("close", 15)));
    if (dial.phase === "accepted" && dial.status === "flex") return el("p.callout.callout-good", { role: "status" }, icon("check", 18), el("span", null, t("dial.by_flex", { number: dial.e164 ?? dial.number })));
    return agent?.canDial === false ? el("p.callout.callout-late", null, icon("alert", 18), el("span", null, t("dial.not_allowed"))) : null;
  }

  #changed(isPressed = false) {
    if (!isPressed) this.#given = null;
    this.app.clearDial();
    this.erase.hidden = this.field.value === "";
    this.#drawCheck();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#lookUp(), ASK_MS);
  }

  #drawCheck(match = null) {
    const what = fault(this.field.value);
    const isShown = what && (what === "letters" || what === "long" || (this.#isTried && what !== null));
    attribute(this.field, "aria-invalid", isShown ? "true" : null);
    this.check.classList.toggle("is-bad", Boolean(isShown));
    if (isShown) return void fill(this.check, icon("alert", 15), t(`dial.fault_${what}`));
    const known = match ?? this.#given?.record;
    const extension = this.#given?.extension;
    fill(this.check, known && [icon("person", 15), el("span", { translate: "no" }, known.label)], extension && [icon("keypad", 15), el("span", null, t("dial.extension", { digits: extension }))]);
  }

  /** Who has this number, if the CRM knows it: nothing depends on it. */
  async #lookUp() {
    const number = this.field.value.trim();
    this.#abort?.abort();
    if (fault(number) || number.replace(/\D/g, "").length < MIN_KNOWN_DIGITS || this.#given?.record) return;
    this.#abort = new AbortController();
    try {
      const { items } = await this.app.commands.contacts({ phone: number, region: this.app.state.agent?.region, limit: 2 }, this.#abort.signal);
      if (this.field.value.trim() === number) this.#drawCheck(items.length === 1 ? items[0] : items.length > 1 ? { label: t("dial.several") } : null);
    } catch (error) {
      if (error.name !== "AbortError" && !("hint" in error)) throw error;
    }
  }

  async #dial() {
    this.#isTried = true;
    this.#drawCheck();
    if (fault(this.field.value)) return this.field.focus();
    const { current } = this.app.state;
    const record = this.#given?.record ?? (current && this.#isAbout ? { entity: current.entity, id: current.id, label: current.label } : undefined);
    const dial = await this.app.dial({ number: this.field.value.trim(), ...this.#given, record });
    if (dial.phase === "refused") this.field.focus();
    return undefined;
  }
}
