/** What a supervisor decides about a number: the six fields of a record, compared and cleaned. Pure. */

export const FIELDS = ["extension", "target", "spokenName", "fallback", "validUntil", "team"];

/** Those of them that callers notice: a team is not published. */
export const PUBLISHED_FIELDS = FIELDS.filter((field) => field !== "team");

/** The six fields of a record, and nothing else of it. */
export function contentOf(record) {
  return {
    extension: record?.extension ?? "",
    target: cleanTarget(record?.target),
    spokenName: record?.spokenName ?? "",
    fallback: cleanTarget(record?.fallback),
    validUntil: record?.validUntil ?? null,
    team: record?.team || null,
  };
}

/** A target with the members of its kind only. */
export function cleanTarget(target) {
  if (!target) return null;
  if (target.type === "worker") return { type: "worker", workerSid: target.workerSid ?? "", workerName: target.workerName ?? "" };
  if (target.type === "queue") return { type: "queue", queue: target.queue ?? "" };
  return { type: "number", number: target.number ?? "" };
}

/** Whether a field says the same in both. */
export function isSame(field, one, other) {
  if (field === "target" || field === "fallback") return JSON.stringify(cleanTarget(one)) === JSON.stringify(cleanTarget(other));
  if (field === "validUntil") return one === other || (one && other ? Date.parse(one) === Date.parse(other) : !one && !other);
  return (one || "") === (other || "");
}

/** The fields in which two records differ. */
export function differences(one, other) {
  const [a, b] = [contentOf(one), contentOf(other)];
  return FIELDS.filter((field) => !isSame(field, a[field], b[field]));
}

/** What decides where a call goes; a worker's name does not. */
export function reaches(target) {
  if (!target) return "";
  if (target.type === "worker") return `w${target.workerSid}`;
  return target.type === "queue" ? `q${target.queue}` : `n${target.number}`;
}
