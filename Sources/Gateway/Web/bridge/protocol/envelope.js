/** The envelope of every message, and origins. */

import { LIMITS, NAMESPACE, VERSIONS } from "./limits.js";
import { WINDOW_MESSAGES } from "./messages.js";
import { checkPlain } from "./plain.js";
import { identifier, integer, moment, optional, shape, text } from "./schema.js";

const sequence = integer(0, Number.MAX_SAFE_INTEGER);

/** Fields of an envelope; `data` is checked by its type. */
export const envelope = shape({
  v: integer(1, 1_000), type: text(64, 1), id: text(64, 1), re: optional(text(64, 1)), sid: identifier, seq: sequence, ts: moment,
  ttlMs: optional(integer(1, LIMITS.requestAtMostMs)),
});

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** The origin that `value` names, when it names exactly one that may take part: https, or http on this machine. Otherwise null. */
export function exactOrigin(value) {
  if (typeof value !== "string") return null;
  let url;
  try {
    url = new URL(value);
  } catch {
    return null;
  }
  const isAllowed = url.protocol === "https:" || (url.protocol === "http:" && LOOPBACK.has(url.hostname));
  return isAllowed && url.origin === value ? value : null;
}

export const isOurs = (value) =>
  value !== null && typeof value === "object" && Object.hasOwn(value, "ns") && value.ns === NAMESPACE;

/** A message between windows: `hello`, `welcome` or `reject`. */
export const windowMessage = (type, data) => ({
  ns: NAMESPACE, v: VERSIONS[0], type, id: crypto.randomUUID(), seq: 0, ts: Date.now(), data,
});

/** The checked data of a message between windows of one of `types`; null for anything else. Never throws. */
export function readWindowMessage(value, types) {
  try {
    if (!isOurs(value) || !types.includes(value.type)) return null;
    checkPlain(value);
    return { type: value.type, data: WINDOW_MESSAGES[value.type](value.data, "data") };
  } catch {
    return null;
  }
}

/** The best version that both sides know, or null. */
export const commonVersion = (theirs, ours = VERSIONS) => ours.find((version) => theirs.includes(version)) ?? null;
