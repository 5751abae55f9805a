/** The end of an interaction: what must be filled in before it may be completed. Pure. */

export const MAX_NOTES = 4_000;

/** What is missing, by field: `{code?, notes?}` with the name of a sentence; empty when it can be completed. */
export function missing({ required, codes }, { code, notes }) {
  const found = {};
  const chosen = codes.find((one) => one.code === code);
  if (required && codes.length && !chosen) found.code = "code_required";
  if (chosen?.requiresNotes && !notes.trim()) found.notes = "notes_required";
  if (notes.length > MAX_NOTES) found.notes = "notes_long";
  return found;
}
