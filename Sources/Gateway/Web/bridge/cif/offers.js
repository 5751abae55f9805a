/** Offers as notifications of the CRM: its Accept and Reject are the agent's; its own limits never are. */

import { field, objectOf, slugText, unpacked } from "./values.js";

/** So many notifications wait in the CRM at most. */
const QUEUE_LIMIT = 10;
/** Without a time of its own an offer is shown so long, in milliseconds. */
const SHOWN_MS = 120_000;
const GRACE_MS = 5_000;

export class Offers {
  #cif;
  #settings;
  #control;
  #ring;
  #open = new Map();
  #isMissing = false;

  /** `control(interactionId, action)`; `ring(code)` leaves the offer to the panel and says why. */
  constructor({ cif, settings, control, ring }) {
    this.#cif = cif;
    this.#settings = settings;
    this.#control = control;
    this.#ring = ring;
  }

  /** Shows an offer, once, and does what the agent answers there. */
  async show(interaction) {
    const { interactionId } = interaction;
    if (!this.#settings.notify || this.#isMissing || this.#open.has(interactionId)) return;
    if (this.#open.size >= QUEUE_LIMIT) return void this.#ring("notify_full");
    const token = interactionId;
    this.#open.set(interactionId, token);
    const outcome = await this.ask(parametersOf(interaction), token, (interaction.offerExpiresTs ?? Date.now() + SHOWN_MS) - Date.now() + GRACE_MS);
    // Answered elsewhere meanwhile: what the CRM says now is about nothing.
    if (!this.#open.delete(interactionId)) return;
    await this.#act(interactionId, outcome);
  }

  /** The offer is over. */
  async withdraw(interactionId) {
    const token = this.#open.get(interactionId);
    this.#open.delete(interactionId);
    if (token) await this.#cif.call("cancelEvent", token).catch(() => {});
  }

  /** `{action, reason}` with action accept, reject, timeout, full, missing or failed. Does not fail. */
  async ask(templateParameters, cancellationToken, limitMs) {
    const input = { templateName: this.#settings.notificationTemplate, templateParameters, cancellationToken };
    try {
      return outcomeOf(await this.#cif.run("notifyEvent", [input, undefined, cancellationToken], { limitMs: Math.max(1, limitMs) }));
    } catch (error) {
      const text = `${error.label ?? ""} ${error.reason ?? ""}`;
      return { action: /TemplateNotFound/i.test(text) ? "missing" : "failed", reason: error.kind ?? "failed" };
    }
  }

  async #act(interactionId, { action, reason }) {
    if (action === "missing") this.#isMissing = true;
    if (action === "missing" || action === "failed") return this.#ring(action === "missing" ? "notify_missing" : "notify_failed");
    if (action === "full") return this.#ring("notify_full");
    // The server lets offers run out by itself.
    if (action === "timeout") return undefined;
    return this.#control(interactionId, action, reason);
  }
}

export function outcomeOf(value) {
  const answer = objectOf(value);
  const inner = objectOf(unpacked(field(answer, "value")) ?? answer);
  const reason = slugText(field(inner, "responseReason") ?? field(answer, "responseReason"));
  const name = String(field(inner, "actionName") ?? field(answer, "actionName") ?? "").toLowerCase();
  if (/LimitExceeded$/.test(reason)) return { action: "full", reason };
  if (/TemplateNotFound/.test(reason)) return { action: "missing", reason };
  if (name === "accept" || name === "reject" || name === "timeout") {
    // A rejection that is not the agent's own is none.
    return name === "reject" && reason !== "DeclinedByAgent" ? { action: "failed", reason } : { action: name, reason };
  }
  return { action: "failed", reason };
}

const parametersOf = ({ customer, from, queue, channel }) => ({
  customer: slugText(customer?.name || customer?.phone || from), number: slugText(from, 64), queue: slugText(queue?.name), channel: slugText(channel, 16),
});
