/**
 * Lets a page that knows nothing of `ccbridge` work as it did with the two sample plug-ins: it posts a bare number and gets a
 * dial request; it is told of pops and activities in their shapes. Only for origins that the server names, only the parent
 * window, only exact target origins, and only the fields that those pages show.
 */

import { LIMITS } from "../protocol/limits.js";
import { Bucket } from "../protocol/parts.js";

/** A telephone number as people write it, and nothing else: six characters to sixty-four, a digit among them. */
const NUMBER = /^(?=.*\d)[+0-9 ().\-/]{3,64}$/;
/** The same number within this long is the same click, in milliseconds. */
const SAME_CLICK_MS = 1_000;
/** What may be an address: a number, or one of SIP or of a softphone. The samples' pages show it as markup, and in a chat it is the visitor's own text. */
const ADDRESS = /^(\+?[0-9]{3,20}|(sip|sips|client|whatsapp):[A-Za-z0-9+@._:-]{1,120})$/;
const IMAGE = /^[A-Za-z0-9][A-Za-z0-9_-]{0,80}\.(png|jpe?g|gif|webp|svg)$/;
/** In names: what makes markup of a text. */
const MARKUP = /[<>&"`]/g;
const ENDS = new Set(["wrapup", "completed", "missed", "rejected", "cancelled", "transferred"]);

export class Compatibility {
  #parent;
  #origins;
  #hooks;
  #agent;
  #last = { number: "", at: -Infinity };
  #bucket = new Bucket({ perSecond: 0.2, burst: 3, now: performance.now() });
  #popped = new Set();
  #reported = new Set();
  #known = new Map();
  #listen = (event) => this.#receive(event);

  /** Hooks: `dial(number, origin)`, `isReplaced()` when a real host has connected, `count(name)`; `agent()` gives {id, name}. */
  constructor({ parent, origins, hooks, agent }) {
    this.#parent = parent;
    this.#origins = origins;
    this.#hooks = hooks;
    this.#agent = agent;
    window.addEventListener("message", this.#listen);
  }

  close() {
    window.removeEventListener("message", this.#listen);
  }

  /** Tells the page what the samples would have told it. */
  interaction(event, interaction) {
    if (this.#hooks.isReplaced()) return;
    const id = interaction.interactionId;
    this.#known.set(id, interaction);
    if (this.#known.size > 50) this.#known.delete(this.#known.keys().next().value);
    if (event === "accepted" || event === "connected") this.#pop(id, interaction);
    if (ENDS.has(event)) this.#activity(id, interaction);
  }

  /** Tells the page whose task is selected; nobody's, when none is: the page must not go on showing the one before. */
  select(interactionId) {
    if (this.#hooks.isReplaced()) return;
    this.#post({ account_data: accountOf(this.#known.get(interactionId)) });
  }

  #pop(id, { direction, channel, from, customer }) {
    const number = channel === "voice" ? from || customer.phone : customer.phone;
    if (direction !== "inbound" || !ADDRESS.test(number ?? "") || !once(this.#popped, id)) return;
    this.#post(JSON.stringify({ pop: number }));
  }

  #activity(id, { from, to, direction, connectedTs, endedTs }) {
    if (!once(this.#reported, id)) return;
    const talk = connectedTs !== undefined && endedTs !== undefined ? Math.max(0, endedTs - connectedTs) : 0;
    const agent = this.#agent();
    const address = (text) => (ADDRESS.test(text) ? text : "");
    this.#post(JSON.stringify({ from: address(from), to: address(to), direction, duration: String(Math.round(talk / 1_000)), agent: agent?.id ?? "" }));
  }

  #post(message) {
    for (const origin of this.#origins) this.#parent.postMessage(message, { targetOrigin: origin });
  }

  #receive(event) {
    if (event.source === null || event.source !== this.#parent || !this.#origins.includes(event.origin)) return;
    if (typeof event.data !== "string" || this.#hooks.isReplaced()) return;
    const number = event.data.trim();
    if (event.data.length > 200 || !NUMBER.test(number)) return this.#hooks.count("compatible_not_a_number");
    const now = performance.now();
    const isSameClick = number === this.#last.number && now - this.#last.at < SAME_CLICK_MS;
    if (isSameClick) return this.#hooks.count("compatible_same_click");
    if (!this.#bucket.take(now)) return this.#hooks.count("rate_limited");
    this.#last = { number, at: now };
    return this.#hooks.dial(number, event.origin);
  }
}

function once(set, id) {
  if (set.has(id)) return false;
  set.add(id);
  if (set.size > LIMITS.seenIDs) set.delete(set.values().next().value);
  return true;
}

/** Names and picture of the customer, as FeatherCorp's page shows them; empty texts for nobody. */
function accountOf(interaction) {
  const given = interaction?.attributes?.account_data;
  const [first = "", ...rest] = (interaction?.customer?.name ?? "").trim().split(/\s+/);
  const text = (value, fallback) => (typeof value === "string" ? value : fallback).slice(0, 200).replace(MARKUP, "").replaceAll("'", "’");
  const picture = text(given?.img_src, "");
  return {
    first_name: text(given?.first_name, first),
    last_name: text(given?.last_name, rest.join(" ")),
    img_src: IMAGE.test(picture) ? picture : "",
  };
}
