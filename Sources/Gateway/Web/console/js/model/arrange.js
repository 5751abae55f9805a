/** Which rows a table shows, and in which order. Pure; the order of the last sort is kept, so that filtering is one pass. */

import { fold } from "./text.js";

export const SORTS = ["extension", "spokenName", "target", "team", "validUntil", "status", "updatedAt"];
export const STATUSES = ["all", "published", "changed", "new", "problems", "expired"];

const RANK = { changed: 0, new: 1, published: 2 };
/** What has no value stands at the end. */
const LAST = "\uffff";

const KEYS = {
  extension: (row) => row.record.extension,
  spokenName: (row) => row.spokenName,
  target: (row) => row.target,
  team: (row) => row.team || LAST,
  validUntil: (row) => (row.record.validUntil ? new Date(row.record.validUntil).toISOString() : LAST),
  status: (row) => String((row.record.problems?.length ? 0 : 4) + (RANK[row.record.status] ?? 3)),
  updatedAt: (row) => row.record.updatedAt ?? "",
};

export class Arrangement {
  #sorted = [];
  #sortedAs = "";

  /** The rows of `directory` that fit, in order. `sort` is `{field, isDown}`. */
  rows(directory, { search = "", status = "all", team = null, sort, now = Date.now() }) {
    const words = fold(search).split(/\s+/).filter(Boolean);
    const fits = STATUS_TESTS[status] ?? STATUS_TESTS.all;
    return this.#order(directory, sort).filter(
      (row) => fits(row.record, now) && (team === null || (row.record.team ?? "") === team) && words.every((word) => row.search.includes(word)),
    );
  }

  #order(directory, { field, isDown }) {
    const as = `${directory.version} ${field} ${isDown}`;
    if (as === this.#sortedAs) return this.#sorted;
    const key = KEYS[field];
    const keyed = directory.rows.map((row) => [key(row), row.record.extension, row]);
    const way = isDown ? -1 : 1;
    keyed.sort((a, b) => (a[0] === b[0] ? (a[1] < b[1] ? -1 : 1) : way * (a[0] < b[0] ? -1 : 1)));
    this.#sorted = keyed.map((one) => one[2]);
    this.#sortedAs = as;
    return this.#sorted;
  }
}

export const isExpired = (record, now) => Boolean(record.validUntil) && Date.parse(record.validUntil) <= now;

const STATUS_TESTS = {
  all: () => true,
  published: (record) => record.status === "published",
  changed: (record) => record.status === "changed",
  new: (record) => record.status === "new",
  problems: (record) => Boolean(record.problems?.length),
  expired: isExpired,
};

/** How many rows each status has. */
export function counts(directory, now = Date.now()) {
  const found = Object.fromEntries(STATUSES.map((status) => [status, 0]));
  for (const { record } of directory.rows) {
    for (const status of STATUSES) if (STATUS_TESTS[status](record, now)) found[status] += 1;
  }
  return found;
}
