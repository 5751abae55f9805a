/** The country of a record, for numbers that are written without one. */

import { entityOf, field, guidOf, objectOf } from "./values.js";

/** A click does not wait longer for a country, in milliseconds. */
const LIMIT_MS = 4_000;
const COLUMNS = { contact: "address1_country", account: "address1_country", lead: "address1_country" };
const LANGUAGES = ["en", "es", "fr", "de", "it", "pt", "nl", "pl", "cs", "sv"];
const OTHER_NAMES = { usa: "US", "u.s.a.": "US", "u.s.": "US", "united states of america": "US", uk: "GB", "u.k.": "GB", england: "GB", scotland: "GB", wales: "GB", "great britain": "GB", holland: "NL", "czech republic": "CZ", czechia: "CZ", turkey: "TR" };

let names = null;

/** Whether the number says its country itself. */
export const isInternational = (number) => /^\s*(\+|00)/.test(number);

/** ISO 3166 alpha-2 of a country as people write it: its code, or its name in one of a few languages; null for anything else. */
export function countryOf(text) {
  const written = String(text ?? "").trim().toLowerCase();
  if (written === "" || written.length > 80) return null;
  names ??= namesOf();
  return names.get(written) ?? null;
}

function namesOf() {
  const found = new Map(Object.entries(OTHER_NAMES));
  for (const language of LANGUAGES) {
    const display = new Intl.DisplayNames([language], { type: "region", fallback: "none" });
    for (const code of codes()) {
      const name = display.of(code);
      if (!name) continue;
      if (!found.has(name.toLowerCase())) found.set(name.toLowerCase(), code);
      if (language === "en") found.set(code.toLowerCase(), code);
    }
  }
  // The name that is a region's, and the code for unknown ones, are none.
  for (const other of ["eu", "un", "ez", "xa", "xb", "zz", "qo"]) found.delete(other);
  return found;
}

/** Codes that are in use: an older one, such as East Germany's, stands for the country that it became part of. */
function* codes() {
  for (let first = 65; first <= 90; first += 1) {
    for (let second = 65; second <= 90; second += 1) {
      const code = String.fromCharCode(first, second);
      if (new Intl.Locale(`und-${code}`).region === code) yield code;
    }
  }
}

/** What the record's address says: null when it names none. Rejected when the CRM does not answer in time. */
export async function countryOfRecord(cif, record) {
  const column = COLUMNS[entityOf(record?.entity)];
  if (!column || !guidOf(record.id)) return null;
  const row = objectOf(await cif.run("retrieveRecord", [record.entity, record.id, `?$select=${column}`], { limitMs: LIMIT_MS }));
  return countryOf(field(row, column));
}
