/**
 * Three versions of a record become one: what only one side changed is taken, what both changed to different values is a
 * conflict that a person decides. Pure.
 */

import { FIELDS, contentOf, isSame } from "./content.js";

/**
 * The rows of the comparison. `choice` is the side that is taken: "theirs", "mine", or null where a person must decide.
 *
 * @returns {{field: string, base: any, theirs: any, mine: any, state: "same"|"theirs"|"mine"|"both"|"conflict", choice: string|null}[]}
 */
export function compare(base, theirs, mine) {
  const [b, t, m] = [base, theirs, mine].map(contentOf);
  return FIELDS.map((field) => {
    const changedByThem = !isSame(field, b[field], t[field]);
    const changedByMe = !isSame(field, b[field], m[field]);
    let state = "same";
    if (changedByThem && changedByMe) state = isSame(field, t[field], m[field]) ? "both" : "conflict";
    else if (changedByThem) state = "theirs";
    else if (changedByMe) state = "mine";
    const choice = state === "conflict" ? null : state === "mine" ? "mine" : "theirs";
    return { field, base: b[field], theirs: t[field], mine: m[field], state, choice };
  });
}

/** The merged content, or null while a conflict is undecided. */
export function merged(rows) {
  if (rows.some((row) => row.choice === null)) return null;
  return Object.fromEntries(rows.map((row) => [row.field, row[row.choice]]));
}
