/**
 * Finds records of a number, an address or a name by `searchAndOpenRecords` with searchOnly: rows come back and nothing opens.
 * Every value is checked, its quotes doubled, and then percent-encoded as a whole: `+` arrives as a space otherwise.
 */

import { field, guidOf, listOf, objectOf, slugText } from "./values.js";

const TOP = 10;
const PHONE = /^\+?[0-9]{6,20}$/;
const EMAIL = /^[^\s@'"<>]{1,64}@[^\s@'"<>]{1,255}$/;
const COLUMNS = {
  contact: { id: "contactid", name: "fullname", phones: ["telephone1", "mobilephone", "telephone2"], emails: ["emailaddress1"] },
  account: { id: "accountid", name: "name", phones: ["telephone1", "telephone2"], emails: ["emailaddress1"] },
  lead: { id: "leadid", name: "fullname", phones: ["telephone1", "mobilephone"], emails: ["emailaddress1"] },
};

/** A text as a literal of OData in an address. */
export const literal = (value) => `'${encodeURIComponent(String(value).replace(/'/g, "''")).replace(/'/g, "%27")}'`;

const digits = (value) => String(value ?? "").replace(/\D/g, "");
const equals = (columns, values) => columns.flatMap((column) => values.map((value) => `${column} eq ${literal(value)}`)).join(" or ");

/** The query for one entity, or null when there is nothing to look for. */
export function queryOf(entity, { phone, email, name }) {
  const { id, name: label, phones, emails } = COLUMNS[entity];
  const compact = String(phone ?? "").replace(/[\s().-]/g, "");
  let filter = null;
  if (PHONE.test(compact)) filter = equals(phones, [...new Set([compact, digits(compact), `00${digits(compact)}`])]);
  else if (typeof email === "string" && EMAIL.test(email)) filter = equals(emails, [email]);
  else if (slugText(name).length >= 3) filter = `contains(${label},${literal(slugText(name))})`;
  return filter && `?$select=${[id, label, ...phones, ...emails].join(",")}&$filter=${filter}&$top=${TOP}`;
}

export class Lookup {
  #cif;
  #entities;

  constructor({ cif, entities }) {
    this.#cif = cif;
    this.#entities = entities;
  }

  /** Matches, the best first; entities that do not answer have none. */
  async find(query) {
    const found = await Promise.all(this.#entities.map((entity) => this.#findIn(entity, query)));
    return found.flat().sort((one, other) => other.score - one.score).slice(0, 20);
  }

  async #findIn(entity, query) {
    const text = queryOf(entity, query);
    if (!text) return [];
    const rows = listOf(await this.#cif.call("searchAndOpenRecords", entity, text, true).catch(() => []));
    return rows.slice(0, TOP).flatMap((row) => matchOf(entity, objectOf(row), query));
  }
}

function matchOf(entity, row, { phone, email }) {
  const columns = COLUMNS[entity];
  const id = guidOf(field(row, columns.id));
  if (!id) return [];
  const label = slugText(field(row, columns.name), 200) || id;
  const wanted = digits(phone);
  // Compared again here: a filter that did not take must not name the first contact there is.
  const isSame = wanted !== "" && columns.phones.some((column) => digits(field(row, column)).replace(/^00/, "") === wanted);
  if (isSame) return [{ entity, id, label, matchedOn: "phone_exact", score: 1 }];
  if (wanted !== "") return [];
  const isMail = Boolean(email) && columns.emails.some((column) => String(field(row, column) ?? "").toLowerCase() === email.toLowerCase());
  return [{ entity, id, label, matchedOn: isMail ? "email" : "name", score: isMail ? 1 : 0.5 }];
}
