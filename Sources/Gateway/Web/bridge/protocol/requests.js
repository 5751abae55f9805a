/** Questions and answers of a channel, in both directions; each ends by an answer, an error or its time limit. */

import { BridgeError } from "./errors.js";
import { LIMITS } from "./limits.js";
import { MESSAGES } from "./messages.js";

export class Requests {
  #channel;
  /** Sent and not answered, by identifier. */
  #pending = new Map();
  /** Waiting for a connection. */
  #waiting = [];
  #open = 0;

  constructor(channel) {
    this.#channel = channel;
  }

  /** Asks the other side. The promise is rejected with a `BridgeError`; a request that nobody answered in time is never sent later. */
  ask(type, data, { timeoutMs = LIMITS.requestMs } = {}) {
    const limit = Math.min(Math.max(1, timeoutMs), LIMITS.requestAtMostMs);
    const deadline = Date.now() + limit;
    return new Promise((resolve, reject) => {
      const entry = { type, data, deadline, resolve, reject, id: null, answer: MESSAGES[type].answer };
      entry.timer = setTimeout(() => this.#expire(entry, limit), limit);
      if (this.#channel.isOpen) this.#transmit(entry);
      else if (this.#waiting.length < LIMITS.waiting) this.#waiting.push(entry);
      else this.#end(entry, new BridgeError("not_ready", `More than ${LIMITS.waiting} requests wait for a connection.`));
    });
  }

  /** Sends what waited for the connection. */
  flush() {
    for (const entry of this.#waiting.splice(0)) this.#transmit(entry);
  }

  /** The other side is another document now: what it had been asked before and not answered, it never will. */
  abandon(code, message) {
    for (const entry of [...this.#pending.values()]) this.#end(entry, new BridgeError(code, message));
  }

  /** Ends everything. */
  close() {
    const error = new BridgeError("not_ready", "The connection was closed.", { retryable: false });
    for (const entry of [...this.#waiting.splice(0), ...this.#pending.values()]) this.#end(entry, error);
  }

  settle({ re, type, data }) {
    const entry = this.#pending.get(re);
    if (!entry) return this.#channel.count("unmatched");
    if (type === "error") return this.#end(entry, BridgeError.received(data));
    if (type !== entry.answer) return this.#channel.count("unmatched");
    return this.#end(entry, null, data);
  }

  fail(re, error) {
    const entry = this.#pending.get(re);
    if (entry) this.#end(entry, error);
  }

  /** Lets this side's handler answer. */
  answer(message, kind) {
    const handler = this.#channel.answerer(message.type);
    const refuse = (error) => this.#channel.sendError(error, message.id);
    if (!handler) return refuse(new BridgeError("unknown_type", "This side does not take requests of that type."));
    if (this.#open >= LIMITS.openRequests) {
      return refuse(new BridgeError("busy", `More than ${LIMITS.openRequests} requests are being worked on.`, { retryAfterMs: 1_000 }));
    }
    return this.#run(handler, message, kind, refuse);
  }

  async #run(handler, message, kind, refuse) {
    this.#open += 1;
    try {
      const answer = await handler(message.data, { id: message.id });
      this.#channel.send(kind.answer, answer ?? {}, { re: message.id });
    } catch (error) {
      refuse(BridgeError.from(error));
    } finally {
      this.#open -= 1;
    }
  }

  #transmit(entry) {
    const left = entry.deadline - Date.now();
    if (left <= 0) return;
    try {
      entry.id = crypto.randomUUID();
      this.#pending.set(entry.id, entry);
      this.#channel.send(entry.type, entry.data, { id: entry.id, ttlMs: left });
    } catch (error) {
      this.#end(entry, BridgeError.from(error));
    }
  }

  #expire(entry, limit) {
    this.#end(entry, new BridgeError("timeout", `No answer to ${entry.type} within ${limit} ms.`));
  }

  #end(entry, error, data) {
    clearTimeout(entry.timer);
    if (entry.id !== null) {
      this.#pending.delete(entry.id);
      if (error) this.#channel.forget(entry.id);
    }
    this.#waiting = this.#waiting.filter((other) => other !== entry);
    if (error) entry.reject(error);
    else entry.resolve(data);
  }
}
