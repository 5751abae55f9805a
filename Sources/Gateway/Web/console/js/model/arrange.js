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
  validUntil: (row) => (row.validUntil === null ? LAST : String(row.validUntil).padStart(16, "0")),
  status: (row) => String((faultsOf(row.record).length ? 0 : 4) + (RANK[row.record.status] ?? 3)),
  updatedAt: (row) => row.record.updatedAt ?? "",
};

export class Arrangement {
  /** Ascending orders of the directory at `#version`, by field. */
  #orders = new Map();
  #version = null;

  /** The rows of `directory` that fit, in order. `sort` is `{field, isDown}`. */
  rows(directory, { search = "", status = "all", team = null, sort, now = Date.now() }) {
    const words = fold(search).split(/\s+/).filter(Boolean);
    const fits = STATUS_TESTS[status] ?? STATUS_TESTS.all;
    const order = this.#order(directory, sort.field);
    const inOrder = sort.isDown ? backwards(order) : order.map((one) => one.row);
    if (!words.length && status === "all" && team === null) return inOrder;
    return inOrder.filter((row) => fits(row, now) && (team === null || (row.record.team ?? "") === team) && words.every((word) => row.search.includes(word)));
  }

  /** Sorts by a field before anybody asks; false when all fields are sorted. */
  prepare(directory) {
    const next = SORTS.find((field) => this.#version !== directory.version || !this.#orders.has(field));
    if (next) this.#order(directory, next);
    return next !== undefined;
  }

  #order(directory, field) {
    if (this.#version !== directory.version) this.#orders.clear();
    this.#version = directory.version;
    if (!this.#orders.has(field)) {
      // Sorting is stable: rows with the same key stay in the order of their numbers.
      const rows = field === "extension" ? directory.rows : this.#order(directory, "extension").map((one) => one.row);
      const keyed = rows.map((row) => ({ key: KEYS[field](row), row }));
      this.#orders.set(field, keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)));
    }
    return this.#orders.get(field);
  }
}

/** The other way round, but rows with the same key as before. */
function backwards(order) {
  const rows = [];
  for (let end = order.length; end > 0; ) {
    let begin = end - 1;
    while (begin > 0 && order[begin - 1].key === order[end - 1].key) begin -= 1;
    for (let index = begin; index < end; index += 1) rows.push(order[index].row);
    end = begin;
  }
  return rows;
}

/** What is wrong with a record; that it has expired is told by its date. */
export const faultsOf = (record) => (record.problems ?? []).filter((problem) => problem.code !== "extensions.expired");

export const isExpired = (record, now) => Boolean(record.validUntil) && Date.parse(record.validUntil) <= now;

const STATUS_TESTS = {
  all: () => true,
  published: (row) => row.record.status === "published",
  changed: (row) => row.record.status === "changed",
  new: (row) => row.record.status === "new",
  problems: (row) => faultsOf(row.record).length > 0,
  expired: (row, now) => row.validUntil !== null && row.validUntil <= now,
};

/** How many rows each status has. */
export function counts(directory, now = Date.now()) {
  const found = Object.fromEntries(STATUSES.map((status) => [status, 0]));
  for (const row of directory.rows) {
    for (const status of STATUSES) if (STATUS_TESTS[status](row, now)) found[status] += 1;
  }
  return found;
}
