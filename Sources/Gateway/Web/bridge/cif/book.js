/**
 * Which tab and session belong to which interaction. Kept for a reload in the frame's sessionStorage; where the browser gives
 * it none, in the state of its history, which a reload keeps and a navigation of another program's may lose, and in the context
 * of our own sessions.
 */

import { Memory } from "../protocol/memory.js";
import { idOf, recordOf } from "./values.js";

/** More than this are not remembered: the oldest goes. */
const LIMIT = 50;
const MEMBER = "patchbayCIF";

const inHistory = {
  getItem: (key) => history.state?.[MEMBER]?.[key] ?? null,
  setItem: (key, value) => {
    const { state } = history;
    // What is no object is another program's whole state.
    if (state !== null && Object.prototype.toString.call(state) !== "[object Object]") return;
    history.replaceState({ ...state, [MEMBER]: { ...state?.[MEMBER], [key]: value } }, "");
  },
};

export class Book {
  #entries = new Map();
  #memory;
  isKept;

  /** `storage` as `Memory` takes it. */
  constructor(name, storage = () => globalThis.sessionStorage) {
    this.isKept = works(storage);
    this.#memory = new Memory(`cif.${name}`, this.isKept ? storage : () => inHistory);
  }

  /** What was remembered; texts of others are not believed. */
  recall() {
    this.take(this.#memory.read().entries);
    return this.all;
  }

  /** Entries that are not known yet, from wherever they were kept. */
  take(entries) {
    for (const entry of Array.isArray(entries) ? entries.slice(-LIMIT) : []) {
      const interactionId = idOf(entry?.interactionId);
      if (!interactionId || this.#entries.has(interactionId)) continue;
      const known = { interactionId, sessionId: idOf(entry.sessionId), tabId: idOf(entry.tabId), record: recordOf(entry.record), isRestored: true };
      this.#entries.set(interactionId, known);
    }
  }

  get all() {
    return [...this.#entries.values()];
  }

  get(interactionId) {
    return this.#entries.get(interactionId) ?? null;
  }

  put(entry) {
    this.#entries.delete(entry.interactionId);
    this.#entries.set(entry.interactionId, entry);
    if (this.#entries.size > LIMIT) this.#entries.delete(this.#entries.keys().next().value);
    this.#write();
    return entry;
  }

  forget(interactionId) {
    if (this.#entries.delete(interactionId)) this.#write();
  }

  byTab = (tabId) => this.all.findLast((entry) => entry.tabId === tabId) ?? null;
  ofSession = (sessionId) => this.all.filter((entry) => entry.sessionId === sessionId);

  /** As it is kept: identifiers and the record's address, no name of anybody. */
  plain(entries = this.all) {
    return entries.map(({ interactionId, sessionId, tabId, record }) => ({ interactionId, sessionId, tabId, record: record && { entity: record.entity, id: record.id } }));
  }

  #write() {
    this.#memory.write({ entries: this.plain() });
  }
}

function works(storage) {
  try {
    return Boolean(storage());
  } catch {
    return false;
  }
}
