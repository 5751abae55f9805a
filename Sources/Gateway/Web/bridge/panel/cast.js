/** What the panel has told of its interactions, so that an update is what changed and nothing else. */

import { checkPlain } from "../protocol/plain.js";
import { interaction as full } from "../protocol/shapes.js";

/** More than this many are not kept: an update of one that is not known goes out as a whole. */
const LIMIT = 50;
/** What a message needs besides its snapshot, and more: as many values and bytes. */
const REST = Array(64).fill("x".repeat(32));
/** What a snapshot that is too large for a message goes without: less and less. */
const LESS = [
  (one) => one,
  ({ matches, ...one }) => one,
  ({ matches, disposition, ...one }) => (disposition ? { ...one, disposition: { ...disposition, codes: [] } } : one),
  ({ matches, disposition, ...one }) => ({ ...one, attributes: {} }),
];

export class Cast {
  #told = new Map();

  /** The type and the data of the message that tells it, or null when there is nothing to tell. Throws `SchemaError`. */
  tell(event, interaction) {
    const now = full(interaction, "interaction");
    const before = this.#told.get(now.interactionId);
    this.#told.delete(now.interactionId);
    this.#told.set(now.interactionId, now);
    if (this.#told.size > LIMIT) this.#told.delete(this.#told.keys().next().value);
    if (event !== "updated") return { interaction: now, type: `interaction.${event}`, data: { interaction: now } };
    const changes = changed(before ?? {}, now);
    if (Object.keys(changes).length === 0) return { interaction: now, type: null };
    return { interaction: now, type: "interaction.updated", data: { interactionId: now.interactionId, changes } };
  }

  /** Snapshot with known fields only; what it tells counts as told. One that does not fit is a `problem(error)` and left out. */
  snapshot({ agent, state, interactions }, problem) {
    const all = interactions.slice(-LIMIT).flatMap((interaction) => {
      try {
        return [full(interaction, "interaction")];
      } catch (error) {
        problem(error);
        return [];
      }
    });
    const told = cut(all);
    this.#told = new Map(told.map((interaction) => [interaction.interactionId, interaction]));
    return { agent: agent ?? null, state: state ?? (agent ? "ready" : "signed_out"), interactions: told };
  }
}

/** What fits into one message: without its large parts, and at last without the oldest. An update brings what is left out. */
function cut(all) {
  for (const less of LESS) {
    const some = all.map(less);
    if (isSmall(some)) return some;
  }
  let least = all.map(LESS.at(-1));
  while (!isSmall(least)) least = least.slice(1);
  return least;
}

function isSmall(interactions) {
  try {
    checkPlain({ snapshot: { interactions }, rest: REST });
    return true;
  } catch {
    return false;
  }
}

/** Fields that differ; null for one that is gone. */
function changed(before, now) {
  const changes = {};
  for (const name of new Set([...Object.keys(before), ...Object.keys(now)])) {
    if (JSON.stringify(before[name]) !== JSON.stringify(now[name])) changes[name] = now[name] ?? null;
  }
  return changes;
}
