/** Text as it is compared: case and accents do not count, ñ stands after n. Pure. */

const MARKS = /[\u0300-\u036f]/g;
const PLAIN = /^[\x20-\x7e]*$/;

/** A text for searching: lower case, without accents. */
export function fold(text) {
  const lower = String(text ?? "").toLowerCase();
  return PLAIN.test(lower) ? lower : lower.normalize("NFD").replace(MARKS, "");
}

/** A text for sorting. */
export function sortKey(text) {
  const lower = String(text ?? "").toLowerCase();
  return PLAIN.test(lower) ? lower : lower.replaceAll("ñ", "n\uffff").normalize("NFD").replace(MARKS, "");
}
