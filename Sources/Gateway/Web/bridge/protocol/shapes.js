/** Shapes that several messages share. Times are Unix milliseconds (`…Ts`), durations milliseconds (`…Ms`), numbers E.164. */

import { clipped, duration, either, fallback, fitting, flag, fraction, identifier, integer, list, map, moment, nullable, oneOf, optional, scalar, shape, text } from "./schema.js";

export const CHANNELS = ["voice", "sms", "chat", "email", "whatsapp", "callback"];
export const EVENTS = ["offered", "accepted", "connected", "wrapup", "completed", "missed", "rejected", "cancelled", "transferred", "updated"];
export const ACTIONS = [
  "accept", "reject", "hangup", "hold", "resume", "mute", "unmute", "dtmf", "transfer", "conference", "wrapup", "complete",
];

const address = fallback(clipped(320), "");
export const channel = oneOf(...CHANNELS);
export const direction = oneOf("inbound", "outbound", "internal");

export const record = shape({ entity: identifier, id: identifier, label: optional(clipped(200)), url: fitting(text(2_000)) });
export const match = shape({
  entity: identifier, id: identifier, label: clipped(200), detail: optional(clipped(300)),
  matchedOn: oneOf("phone_exact", "phone_suffix", "email", "name", "id"), score: fraction, url: fitting(text(2_000)),
});
export const matches = list(match, 20);
export const code = shape({ code: identifier, label: clipped(200), requiresNotes: fallback(flag, false) });

/** Fields that the server's configuration lets through: texts, numbers and truths, or one level of them. */
export const attributes = map(either(scalar, map(scalar, 50)), 50);
export const defaults = map(scalar, 100);

export const agent = shape({ id: identifier, name: fallback(clipped(200), "") });
export const target = shape({ kind: oneOf("agent", "queue", "number"), id: identifier });

export const interactionFields = {
  interactionId: identifier,
  revision: optional(integer(0, Number.MAX_SAFE_INTEGER)),
  taskSid: optional(identifier),
  reservationSid: optional(identifier),
  channel,
  direction,
  state: identifier,
  from: address,
  to: address,
  queue: optional(nullable(shape({ id: fallback(text(128), ""), name: fallback(clipped(200), "") }))),
  customer: fallback(
    shape({
      name: optional(clipped(200)), phone: fitting(text(320)), email: fitting(text(320)), identityVerified: fallback(flag, false),
    }),
    { identityVerified: false },
  ),
  record: optional(record),
  matches: optional(matches),
  offeredTs: optional(moment),
  offerExpiresTs: optional(moment),
  acceptedTs: optional(moment),
  connectedTs: optional(moment),
  endedTs: optional(moment),
  wrapupTs: optional(moment),
  completedTs: optional(moment),
  muted: fallback(flag, false),
  held: fallback(flag, false),
  call: optional(shape({ state: identifier, reason: optional(clipped(200)) })),
  transfer: optional(shape({ target, mode: oneOf("cold", "warm"), state: optional(identifier) })),
  outcome: optional(identifier),
  endedBy: optional(oneOf("agent", "customer", "system")),
  disposition: optional(
    shape({ required: fallback(flag, false), codes: fallback(list(code, 100), []), code: optional(text(128)), notes: optional(text(4_000)) }),
  ),
  logged: optional(shape({ status: oneOf("queued", "saved", "failed"), activity: optional(shape({ entity: identifier, id: identifier })) })),
  attributes: fallback(attributes, {}),
};
export const interaction = shape(interactionFields);

export const activityLog = shape({
  interactionId: identifier, channel, direction, from: address, to: address, agentId: identifier, record: optional(record),
  startedTs: moment, endedTs: moment, ringMs: duration, talkMs: duration, holdMs: duration, wrapMs: duration,
  outcome: oneOf("completed", "no_answer", "busy", "failed", "cancelled", "missed", "rejected", "voicemail"),
  dispositionCode: optional(text(128)), notes: optional(text(4_000)), recordingUrl: optional(text(2_000)),
  transcript: optional(list(shape({ ts: moment, author: text(200), text: text(4_000) }), 500)),
  revision: integer(0, Number.MAX_SAFE_INTEGER),
});

export const snapshot = shape({
  agent: nullable(agent), state: fallback(oneOf("signed_out", "ready"), "ready"), interactions: list(interaction, 50),
});
