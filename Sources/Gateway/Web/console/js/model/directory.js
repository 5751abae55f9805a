/**
 * Everything that is known of the draft: records by id, changed by pages of the list and by events, in any order and any
 * number of times. A record never goes back to an older revision. Pure.
 */

import { targetTitle } from "../lib/targets.js";
import { fold, sortKey } from "./text.js";

/** Deleted records whose ids are remembered, so that a late page cannot bring one back. */
const MAX_TOMBSTONES = 20_000;

export class Directory {
  #rows = new Map();
  #tombstones = new Map();
  #byNumber = new Map();
  #list = null;
  /** Differences to the published version that the server listed, and did not list. */
  #listed = 0;
  #unlisted = 0;

  /** The draft's revision that everything here is at least at. */
  revision = 0;
  published = null;
  /** What the published version has and the draft has not. */
  removed = [];
  /** Grows with every change. */
  version = 0;

  get size() {
    return this.#rows.size;
  }

  /** All rows, in no order. */
  get rows() {
    this.#list ??= [...this.#rows.values()];
    return this.#list;
  }

  row = (id) => this.#rows.get(id);
  record = (id) => this.#rows.get(id)?.record;

  /** Takes records as the server answered them. */
  add(records) {
    for (const record of records) this.#put(record);
    this.#changed();
  }

  /** Applies one `extensions.changed`. Returns the ids of what it changed. */
  apply({ revision, changes = [] }) {
    const touched = [];
    for (const { id, after } of changes) {
      const known = this.#rows.get(id);
      if (!after) {
        if (known && known.record.revision > revision) continue;
        this.#forget(id, revision);
        touched.push(id);
      } else if (this.#put(inherit(after, known?.record, revision))) touched.push(id);
    }
    this.revision = Math.max(this.revision, revision ?? 0);
    this.#changed();
    return touched;
  }

  remove(id, revision) {
    this.#forget(id, revision);
    this.#changed();
  }

  /** Sets every status from the difference between the draft and the published version. */
  setDiff({ added = [], removed = [], changed = [], counts = null }) {
    const status = new Map();
    const listed = added.length + removed.length + changed.length;
    const all = counts ? counts.added + counts.removed + counts.changed : listed;
    // A very large difference is not listed whole: then what is not named stays as the list of records said.
    this.#unlisted = Math.max(0, all - listed);
    for (const one of added) status.set(one.extension, "new");
    for (const { after } of changed) status.set(after.extension, "changed");
    for (const row of this.#rows.values()) {
      const next = status.get(row.record.extension) ?? (this.#unlisted ? row.record.status : "published");
      if (row.record.status !== next) row.record = { ...row.record, status: next };
    }
    this.removed = removed;
    this.#listed = listed;
    this.#changed();
  }

  /** How many changes wait to be published. */
  get pending() {
    if (this.#unlisted) return this.#listed + this.#unlisted;
    let count = this.removed.length;
    for (const { record } of this.#rows.values()) if (record.status !== "published") count += 1;
    return count;
  }

  ownerOf = (number) => this.#byNumber.get(number)?.record;

  worksAt(workerSid, except) {
    for (const { record } of this.#rows.values()) if (record.target?.workerSid === workerSid && record.id !== except) return record;
    return undefined;
  }

  /** A record whose number begins with this one, or is the beginning of it: the keypad's timeout would have to decide. */
  nested(number, except) {
    for (let length = 1; length < number.length; length += 1) {
      const shorter = this.#byNumber.get(number.slice(0, length));
      if (shorter && shorter.id !== except) return shorter.record;
    }
    for (const [other, row] of this.#byNumber) {
      if (other.length > number.length && other.startsWith(number) && row.id !== except) return row.record;
    }
    return undefined;
  }

  get teams() {
    return [...new Set(this.rows.map(({ record }) => record.team).filter(Boolean))].sort();
  }

  #put(record) {
    const known = this.#rows.get(record.id);
    if (known && known.record.revision > record.revision) return false;
    if ((this.#tombstones.get(record.id) ?? -1) >= record.revision) return false;
    if (known && this.#byNumber.get(known.record.extension) === known) this.#byNumber.delete(known.record.extension);
    const row = rowOf(record);
    this.#rows.set(record.id, row);
    this.#byNumber.set(record.extension, row);
    return true;
  }

  #forget(id, revision) {
    const known = this.#rows.get(id);
    if (known && this.#byNumber.get(known.record.extension) === known) this.#byNumber.delete(known.record.extension);
    this.#rows.delete(id);
    this.#tombstones.set(id, revision ?? this.revision);
    if (this.#tombstones.size > MAX_TOMBSTONES) this.#tombstones.delete(this.#tombstones.keys().next().value);
  }

  #changed() {
    this.#list = null;
    this.version += 1;
  }
}

/** An event does not say what depends on other records: that is kept until the server tells again. */
function inherit(after, known, revision) {
  const isMoved = JSON.stringify(known?.target) !== JSON.stringify(after.target);
  return {
    status: known?.status === "new" || !known ? "new" : "changed",
    problems: known && !isMoved ? (known.problems ?? []) : [],
    revision,
    ...after,
  };
}

/** A record with the keys that it is searched and sorted by. */
function rowOf(record) {
  const target = targetTitle(record.target);
  return {
    id: record.id,
    record,
    search: fold(`${record.extension}\n${record.spokenName}\n${target}\n${record.team ?? ""}\n${record.updatedBy ?? ""}`),
    spokenName: sortKey(record.spokenName),
    target: sortKey(target),
    team: sortKey(record.team ?? ""),
    /** Milliseconds since 1970, or null. */
    validUntil: record.validUntil ? Date.parse(record.validUntil) : null,
  };
}
