/** Small parts of a channel: rate, memory of messages sent, memory of identifiers seen, counts. */

/** Lets `perSecond` through over time, and up to `burst` at once. */
export class Bucket {
  #level;
  #at;

  constructor({ perSecond, burst, now }) {
    this.perSecond = perSecond;
    this.burst = burst;
    this.#level = burst;
    this.#at = now;
  }

  take(now) {
    this.#fill(now);
    if (this.#level < 1) return false;
    this.#level -= 1;
    return true;
  }

  /** How long until one more goes through, in milliseconds. */
  waitMs(now) {
    this.#fill(now);
    return this.#level >= 1 ? 0 : Math.ceil(((1 - this.#level) / this.perSecond) * 1_000);
  }

  #fill(now) {
    const passed = Math.max(0, now - this.#at);
    this.#level = Math.min(this.burst, this.#level + (passed * this.perSecond) / 1_000);
    this.#at = now;
  }
}

/** The last messages that were sent, for a side that was away. */
export class Ring {
  #messages = [];

  constructor({ messages, ms }) {
    this.limit = messages;
    this.ms = ms;
  }

  put(message) {
    this.#messages.push(message);
    if (this.#messages.length > this.limit) this.#messages.shift();
  }

  /** Forgets a request that nobody waits for any longer. It leaves a hole that `after` knows of. */
  drop(id) {
    const index = this.#messages.findIndex((message) => message.id === id);
    if (index >= 0) this.#messages[index] = { seq: this.#messages[index].seq, ts: this.#messages[index].ts, isDropped: true };
  }

  /** Messages after `seq`, or null when some of them are not here any more. */
  after(seq, last, now) {
    const found = this.#messages.filter((message) => message.seq > seq);
    if (found.length !== last - seq || found.some((message) => message.ts < now - this.ms)) return null;
    return found.filter((message) => !message.isDropped);
  }

  clear() {
    this.#messages = [];
  }
}

/** Knows the last identifiers. */
export class Seen {
  #ids = new Set();

  constructor(limit) {
    this.limit = limit;
  }

  /** False when it was there already. */
  add(id) {
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    if (this.#ids.size > this.limit) this.#ids.delete(this.#ids.values().next().value);
    return true;
  }

  clear() {
    this.#ids.clear();
  }
}

/** How often something happened, by name. */
export class Counts {
  #counts = new Map();

  add(name) {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  get all() {
    return Object.fromEntries(this.#counts);
  }
}
