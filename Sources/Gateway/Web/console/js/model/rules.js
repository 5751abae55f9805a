/**
 * What is wrong with a record before it is sent: the rules of `/v1/extensions/rules`, with the codes that the server uses.
 * The server decides; this only says it sooner. Pure.
 */

import { reaches } from "./content.js";

const DIGITS = /^[0-9]+$/;
const WORKER = /^WK[0-9a-f]{32}$/;
const E164 = /^\+[1-9][0-9]{6,14}$/;
const CONTROL = /\p{C}/u;
/** Bytes of a name and of a team. */
const NAME_BYTES = 256;
const TEAM_BYTES = 64;

/** Rules until they are known: nothing is forbidden. */
export const NO_RULES = { minDigits: 1, maxDigits: 15, reserved: [], ranges: [], uniqueWorker: false };

/**
 * `others` answers about the rest of the directory: `ownerOf(number)`, `worksAt(workerSid)` and `nested(number, id)` give
 * the record in the way, or undefined.
 *
 * @returns {{field: string, code: string, owner?: object, values?: object}[]}
 */
export function problemsOf(content, { rules = NO_RULES, others, id = null }) {
  const found = [...numberProblems(content, rules)];
  const add = (field, code, more = {}) => found.push({ field, code, ...more });
  targetProblems("target", content.target, add);
  if (content.fallback) targetProblems("fallback", content.fallback, add);
  if (content.fallback && content.target && reaches(content.fallback) === reaches(content.target)) add("fallback", "fallback_same");
  if (!content.spokenName.trim()) add("spokenName", "required");
  textProblems("spokenName", content.spokenName, NAME_BYTES, add);
  textProblems("team", content.team ?? "", TEAM_BYTES, add);
  if (others && !found.some((one) => one.field === "extension")) {
    const owner = others.ownerOf(content.extension);
    const nested = rules.minDigits < rules.maxDigits ? others.nested(content.extension, id) : undefined;
    if (owner && owner.id !== id) add("extension", "number_taken", { owner });
    else if (nested) add("extension", "number_ambiguous", { owner: nested });
  }
  if (others && rules.uniqueWorker && content.target?.type === "worker") {
    const owner = others.worksAt(content.target.workerSid, id);
    if (owner) add("target", "worker_taken", { owner });
  }
  return found;
}

function numberProblems({ extension, team }, rules) {
  const of = (code, values) => [{ field: "extension", code, values }];
  if (!extension) return of("required");
  if (!DIGITS.test(extension)) return of("number_digits");
  const { minDigits: min, maxDigits: max } = rules;
  if (extension.length < min || extension.length > max) return of("number_length", { min, max });
  if (rules.reserved.includes(extension)) return of("number_reserved");
  if (!rules.ranges.length) return [];
  const range = rangeOf(extension, rules);
  if (!range) return of("number_range");
  return range.team && team && team !== range.team ? [{ field: "team", code: "team_range", values: { team: range.team } }] : [];
}

/** The configured range that a number is in. */
export function rangeOf(number, rules) {
  return rules.ranges.find(({ from, to }) => number.length === from.length && from <= number && number <= to);
}

function targetProblems(field, target, add) {
  if (!target) return add(field, "required");
  if (target.type === "worker" && !WORKER.test(target.workerSid)) return add(field, "worker_sid");
  if (target.type === "queue" && !target.queue.trim()) return add(field, "required");
  if (target.type === "number" && !E164.test(target.number)) return add(field, target.number ? "number_e164" : "required");
  return textProblems(field, target.queue ?? "", NAME_BYTES, add);
}

function textProblems(field, text, limit, add) {
  if (CONTROL.test(text)) add(field, "text_characters");
  else if (new TextEncoder().encode(text).length > limit) add(field, "text_length", { values: { limit } });
}

/** The field of the form that a field of the server's answer belongs to: `target.workerSid` is shown at `target`. */
export const fieldOf = (path) => String(path ?? "").split(".")[0];
