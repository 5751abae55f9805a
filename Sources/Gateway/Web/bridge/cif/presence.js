/**
 * The agent's presence in both places. Each change is carried over once: the event that our own change causes over there is
 * awaited and goes no further, so that the two cannot answer each other for ever.
 */

import { field, objectOf, truthOf, unpacked } from "./values.js";

/** An echo comes within this long or not at all, in milliseconds. */
const ECHO_MS = 10_000;

export class PresenceBridge {
  #cif;
  #names;
  #tell;
  #setPanel;
  #panel = null;
  #crm = null;
  #echoes = { crm: new Map(), panel: new Map() };
  #wanted = null;
  #isPushing = false;

  /** `names`: the CRM's text by activity; `setPanel(activity)` sets the agent's activity; `tell(code, detail)`. */
  constructor({ cif, names, setPanel, tell }) {
    this.#cif = cif;
    this.#names = names;
    this.#setPanel = setPanel;
    this.#tell = tell;
  }

  /** The agent's activity has changed in the panel. */
  async panelChanged({ presence }) {
    this.#panel = presence;
    if (this.#isEcho("panel", presence)) return;
    const text = Object.hasOwn(this.#names, presence) ? this.#names[presence] : presence;
    if (text === this.#crm) return;
    this.#wanted = text;
    await this.#push();
  }

  /** The CRM's `onPresenceChange`; one that names only an identifier is asked about. */
  async crmChanged(payload) {
    const data = objectOf(payload);
    const info = objectOf(field(data, "presenceInfo"));
    const named = field(info, "presenceText") ?? field(data, "presenceText") ?? (await this.#read());
    if (typeof named !== "string" || named === "" || named.length > 100) return;
    this.#crm = named;
    if (this.#isEcho("crm", named)) return;
    const activity = this.#activityOf(named);
    if (activity === this.#panel) return;
    this.#expect("panel", activity);
    try {
      await this.#setPanel(activity);
    } catch {
      this.#echoes.panel.delete(activity);
      this.#tell("presence_unknown", named);
    }
  }

  /** One after the other, and only the last of several that wait. */
  async #push() {
    if (this.#isPushing) return;
    this.#isPushing = true;
    while (this.#wanted !== null) {
      const text = this.#wanted;
      this.#wanted = null;
      await this.#set(text);
    }
    this.#isPushing = false;
  }

  async #set(text) {
    const before = this.#crm;
    this.#crm = text;
    this.#expect("crm", text);
    const isSet = await this.#cif.call("setPresence", text).then((value) => truthOf(value) !== false, () => false);
    if (isSet) return;
    this.#crm = before;
    this.#echoes.crm.delete(text);
    this.#tell("presence_refused", text);
  }

  async #read() {
    const answer = unpacked(await this.#cif.call("getPresence").catch(() => null));
    return typeof answer === "string" ? answer : field(objectOf(answer), "presenceText", "value");
  }

  #activityOf(text) {
    return Object.keys(this.#names).find((activity) => this.#names[activity] === text) ?? text;
  }

  #expect(side, value) {
    this.#echoes[side].set(value, performance.now() + ECHO_MS);
  }

  #isEcho(side, value) {
    const until = this.#echoes[side].get(value) ?? 0;
    this.#echoes[side].delete(value);
    return performance.now() < until;
  }
}
