/** What a message may be made of: what JSON can say, no deeper, no wider and no longer than the limits. */

import { BridgeError } from "./errors.js";
import { LIMITS } from "./limits.js";

/** Throws `too_large` or `bad_schema`; looks at no more of the value than the limits allow. */
export function checkPlain(value) {
  const budget = { bytes: LIMITS.messageBytes, values: LIMITS.messageValues };
  walk(value, 0, budget);
}

function walk(value, depth, budget) {
  budget.values -= 1;
  if (budget.values < 0 || depth > LIMITS.messageDepth) throw tooLarge();
  switch (typeof value) {
    case "string":
      return spend(budget, textBytes(value, budget.bytes));
    case "number":
      if (!Number.isFinite(value)) throw notPlain();
      return spend(budget, String(value).length);
    case "boolean":
    case "undefined":
      return spend(budget, 5);
    case "object":
      return value === null ? spend(budget, 4) : walkObject(value, depth, budget);
    default:
      throw notPlain();
  }
}

function walkObject(value, depth, budget) {
  spend(budget, 2);
  if (Array.isArray(value)) {
    if (value.length > budget.values) throw tooLarge();
    for (let index = 0; index < value.length; index += 1) walk(value[index], depth + 1, budget);
    return;
  }
  if (Object.prototype.toString.call(value) !== "[object Object]") throw notPlain();
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) throw notPlain();
  for (const name of Object.keys(value)) {
    spend(budget, textBytes(name, budget.bytes) + 1);
    walk(value[name], depth + 1, budget);
  }
}

function spend(budget, bytes) {
  budget.bytes -= bytes + 1;
  if (budget.bytes < 0) throw tooLarge();
}

/** Length of a text as JSON in UTF-8; counting ends at `limit`. */
function textBytes(value, limit) {
  if (value.length > limit) throw tooLarge();
  let bytes = 2;
  for (let index = 0; index < value.length; index += 1) {
    const unit = value.charCodeAt(index);
    if (unit === 0x22 || unit === 0x5c) bytes += 2;
    else if (unit < 0x20) bytes += 6;
    else if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else if (unit >= 0xd800 && unit < 0xe000) bytes += 2;
    else bytes += 3;
  }
  return bytes;
}

const tooLarge = () =>
  new BridgeError("too_large", `A message is at most ${LIMITS.messageBytes} bytes, ${LIMITS.messageDepth} levels and ${LIMITS.messageValues} values.`, { retryable: false });
const notPlain = () => new BridgeError("bad_schema", "A message is made of texts, numbers, truths, lists and plain objects.");
