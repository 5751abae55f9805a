/** A dial from the click to its outcome, and what can be said of a number before. Pure. */

/** An outcome that has not come after this long is told as unknown, in milliseconds: the server forgets a dial after 15 s. */
export const OUTCOME_MS = 20_000;
const MIN_DIGITS = 3;
const MAX_DIGITS = 15;
const MAX_LENGTH = 64;

/** What is wrong with a number that was typed: `empty`, `letters`, `short`, `long`; null when it may be asked. */
export function fault(text) {
  const trimmed = text.trim();
  if (!trimmed) return "empty";
  if (/[^\d\s()+\-.\/*#]/.test(trimmed)) return "letters";
  const { length } = trimmed.replace(/\D/g, "");
  if (length < MIN_DIGITS) return "short";
  return length > MAX_DIGITS || trimmed.length > MAX_LENGTH ? "long" : null;
}

export const started = ({ number, nonce, record = null, extension = null, origin = "panel" }, now) => ({ phase: "asking", number, nonce, record, extension, origin, since: now });

/** The Gateway took it: the outcome comes over the stream, perhaps before this answer. */
export function taken(dial, dialId) {
  if (dial.phase !== "asking") return dial;
  const waiting = { ...dial, phase: "waiting", dialId };
  const early = dial.early?.[dialId];
  return early ? outcome(waiting, early.topic, early.data) : waiting;
}

/** What the stream says: `dial.accepted` or `dial.refused`, of the dial that is under way or of another window's. */
export function outcome(dial, topic, data) {
  if (dial.phase === "asking") return { ...dial, early: { ...dial.early, [data.dialId]: { topic, data } } };
  if (dial.phase !== "waiting" || dial.dialId !== data.dialId) return dial;
  if (topic === "dial.refused") return refused(dial, data);
  return { ...dial, phase: "accepted", status: data.status, e164: data.e164, interactionId: data.interactionId };
}

export const refused = (dial, { reason, detail = "", remedy = "" }) => ({ ...dial, phase: "refused", reason, detail, remedy });

/** Nothing was heard for too long. */
export function expired(dial, now) {
  const isUnderWay = dial.phase === "asking" || dial.phase === "waiting";
  return isUnderWay && now - dial.since > OUTCOME_MS ? refused(dial, { reason: "unknown" }) : dial;
}
