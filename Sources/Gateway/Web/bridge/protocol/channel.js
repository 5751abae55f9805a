/**
 * One side of a conversation. It outlives its port: a reload or a silence takes the port away, the next handshake gives it
 * another one, and what was missed is sent again or replaced by a snapshot.
 *
 * Nothing that arrives can throw out of here: what is not right is counted, answered with an `error` where that helps, and
 * never acted upon.
 */

import { envelope, isOurs } from "./envelope.js";
import { BridgeError } from "./errors.js";
import { LIMITS, NAMESPACE } from "./limits.js";
import { MESSAGES } from "./messages.js";
import { Bucket, Counts, Ring, Seen } from "./parts.js";
import { checkPlain } from "./plain.js";
import { Requests } from "./requests.js";
import { SchemaError } from "./schema.js";

export class Channel {
  sid = null;
  version = 1;
  /** Last numbers sent and received. */
  sent = 0;
  received = 0;

  #side;
  #port = null;
  #ring = new Ring({ messages: LIMITS.ringMessages, ms: LIMITS.ringMs });
  #seen = new Seen(LIMITS.seenIDs);
  #counts = new Counts();
  #outgoing;
  #incoming;
  #queue = [];
  #queueTimer = null;
  #beat = null;
  #heardAt = 0;
  #tickedAt = 0;
  #pings = 0;
  #erredAt = -Infinity;
  #isOpen = false;
  #hooks;
  requests;

  /**
   * `side` is `host` or `panel`. Hooks: `event(type, data, message)`, `lost(code)`, `gap()`, `problem(error)`, `changed()` after
   * each message (to store the numbers), `answerers` by type of request.
   */
  constructor(side, hooks) {
    this.#side = side;
    this.#hooks = hooks;
    const now = performance.now();
    this.#outgoing = new Bucket({ perSecond: LIMITS.messagesPerSecond, burst: LIMITS.messagesPerSecond, now });
    this.#incoming = new Bucket({ perSecond: LIMITS.messagesPerSecond, burst: LIMITS.messagesPerSecond * 2, now });
    this.requests = new Requests(this);
  }

  get isConnected() {
    return this.#port !== null;
  }

  /** True once requests may go out: for the host after the panel's `ready`. */
  get isOpen() {
    return this.#port !== null && this.#isOpen;
  }

  get counts() {
    return this.#counts.all;
  }

  count(name) {
    this.#counts.add(name);
  }

  answerer(type) {
    return this.#hooks.answerers[type];
  }

  /** Forgets everything of the session before: another `sid`. */
  begin(sid) {
    this.sid = sid;
    this.sent = 0;
    this.received = 0;
    this.#ring.clear();
    this.#seen.clear();
  }

  /** Takes a port into use. */
  attach(port) {
    this.detach();
    this.#port = port;
    this.#heardAt = performance.now();
    this.#tickedAt = this.#heardAt;
    port.onmessage = (event) => this.#port === port && this.receive(event.data);
    port.onmessageerror = () => this.count("unreadable");
    port.addEventListener("close", () => this.#port === port && this.#lose("closed"));
    this.#beat = setInterval(() => this.#tick(), LIMITS.pingEveryMs);
  }

  /** From now on requests go out, and those that waited for it. */
  open() {
    this.#isOpen = true;
    this.requests.flush();
  }

  detach() {
    clearInterval(this.#beat);
    clearTimeout(this.#queueTimer);
    this.#queueTimer = null;
    this.#isOpen = false;
    const port = this.#port;
    this.#port = null;
    if (!port) return;
    port.onmessage = null;
    port.close();
  }

  /** What the other side missed after `seq`; false when a snapshot has to replace it. */
  canReplay(seq) {
    return (this.#ring.after(seq, this.sent, Date.now())?.length ?? Infinity) <= LIMITS.replayAtMost;
  }

  replay(seq) {
    for (const message of this.#ring.after(seq, this.sent, Date.now()) ?? []) {
      if (message.ttlMs === undefined || message.ts + message.ttlMs > Date.now()) this.#post(message);
    }
  }

  /** Sends an event. Without a connection it is kept for the next one, when there was one before. Throws `BridgeError`. */
  send(type, data, extra = {}) {
    const kind = MESSAGES[type];
    const message = { ns: NAMESPACE, v: this.version, type, id: crypto.randomUUID(), ...extra, data: checked(kind.data, data) };
    checkPlain(message);
    if (this.sid === null) return false;
    if (kind.isTransient) return this.#transmit(message);
    if (!this.#port) {
      this.#commit(message);
      return false;
    }
    if (this.#queue.length >= LIMITS.waiting) {
      throw new BridgeError("rate_limited", `More than ${LIMITS.waiting} messages wait: ${LIMITS.messagesPerSecond} a second may be sent.`, { retryAfterMs: 1_000 });
    }
    this.#queue.push(message);
    this.#drain();
    return true;
  }

  forget(id) {
    this.#ring.drop(id);
    this.#queue = this.#queue.filter((message) => message.id !== id);
  }

  sendError(error, re) {
    try {
      this.send("error", error.data, re ? { re } : {});
    } catch {
      this.count("unsendable");
    }
  }

  /** Takes one message from the port. */
  receive(value) {
    try {
      this.#receive(value);
    } catch (error) {
      this.count("internal");
      this.#hooks.problem?.(BridgeError.from(error));
    }
  }

  #receive(value) {
    if (!this.#incoming.take(performance.now())) return this.#overRate(value);
    if (!isOurs(value)) return this.count("foreign");
    let message;
    try {
      checkPlain(value);
      message = envelope(value, "message");
    } catch (error) {
      return this.#refuse(asBridgeError(error), idOf(value));
    }
    if (message.v !== this.version) {
      return this.#refuse(new BridgeError("unsupported_version", `This session speaks version ${this.version}.`), message.id);
    }
    if (message.sid !== this.sid) return this.count("wrong_session");
    if (message.seq > this.received + LIMITS.sequenceJump) return this.count("jumped");
    const kind = Object.hasOwn(MESSAGES, message.type) ? MESSAGES[message.type] : null;
    if (!this.#isInOrder(message, kind)) return;
    this.#heardAt = performance.now();
    const isForUs = kind && (kind.from === "both" || kind.from !== this.#side);
    if (!isForUs) return this.#refuse(new BridgeError("unknown_type", "This side does not know messages of that type."), message.id);
    try {
      message.data = kind.data(value.data, "data");
    } catch (error) {
      return this.#refuse(asBridgeError(error), message.id, message);
    }
    if (message.ttlMs !== undefined && message.ts + message.ttlMs < Date.now()) {
      const late = new BridgeError("timeout", "The message came after its time limit and was not acted upon.", { retryable: true });
      return this.#refuse(late, message.id, message);
    }
    this.#dispatch(message, kind);
    this.#hooks.changed?.();
  }

  /** Drops what came before, and tells when something is missing. */
  #isInOrder(message, kind) {
    if (!this.#seen.add(message.id)) {
      this.count("duplicate");
      return false;
    }
    if (kind?.isTransient) {
      const isBaseline = message.type === "ready";
      if (message.seq > this.received) {
        if (!isBaseline) this.#missed();
        this.received = message.seq;
      }
      return true;
    }
    if (message.seq <= this.received) {
      this.count("replayed");
      return false;
    }
    if (message.seq > this.received + 1) this.#missed();
    this.received = message.seq;
    return true;
  }

  #missed() {
    this.count("gap");
    queueMicrotask(() => this.#hooks.gap?.());
  }

  #dispatch(message, kind) {
    const { type, data, re } = message;
    if (type === "ping") return this.#transmitQuietly("pong", { n: data.n });
    if (type === "pong") return undefined;
    if (re !== undefined) return this.requests.settle(message);
    if (kind.isAnswer) return this.#refuse(new BridgeError("bad_schema", "An answer must name the message it answers (re)."), message.id);
    if (kind.answer) return this.requests.answer(message, kind);
    if (type === "unloading") return this.#lose("unloading");
    if (type === "error") return this.#hooks.problem?.(BridgeError.received(data));
    return this.#hooks.event(type, data, message);
  }

  #refuse(error, re, message) {
    this.count(error.code);
    if (message?.re !== undefined) this.requests.fail(message.re, error);
    if (message?.type !== "error" && this.#mayErr()) this.sendError(error, re);
  }

  #overRate(value) {
    this.count("rate_limited");
    if (!this.#mayErr()) return;
    const error = new BridgeError("rate_limited", `At most ${LIMITS.messagesPerSecond} messages a second are taken.`, { retryAfterMs: 1_000 });
    this.sendError(error, idOf(value));
    this.#hooks.problem?.(error);
  }

  /** Errors are answered at a tenth of the rate at most: two sides must not answer each other's errors for ever. */
  #mayErr() {
    const now = performance.now();
    if (now - this.#erredAt < 1_000 / (LIMITS.messagesPerSecond / 2)) return false;
    this.#erredAt = now;
    return true;
  }

  #drain() {
    while (this.#queue.length > 0 && this.#port) {
      const now = performance.now();
      if (!this.#outgoing.take(now)) {
        this.#queueTimer ??= setTimeout(() => {
          this.#queueTimer = null;
          this.#drain();
        }, this.#outgoing.waitMs(now));
        return;
      }
      this.#post(this.#commit(this.#queue.shift()));
    }
  }

  /** Gives a message its number and its time, and keeps it. */
  #commit(message) {
    this.sent += 1;
    const numbered = { ...message, sid: this.sid, seq: this.sent, ts: Date.now() };
    this.#ring.put(numbered);
    this.#hooks.changed?.();
    return numbered;
  }

  #transmit(message) {
    if (!this.#port) return false;
    this.#post({ ...message, sid: this.sid, seq: message.seq ?? this.sent, ts: Date.now() });
    return true;
  }

  #transmitQuietly(type, data) {
    try {
      this.send(type, data);
    } catch {
      this.count("unsendable");
    }
  }

  #post(message) {
    this.#port?.postMessage(message);
  }

  #tick() {
    const now = performance.now();
    // A browser slows the timers of a hidden page down: then nobody could speak, and nobody is lost.
    if (now - this.#tickedAt > LIMITS.pingEveryMs * 2) this.#heardAt = now;
    this.#tickedAt = now;
    if (now - this.#heardAt > LIMITS.silenceMs) return this.#lose("silent");
    this.#pings += 1;
    this.#transmitQuietly("ping", { n: this.#pings });
  }

  #lose(code) {
    this.detach();
    this.count(`lost_${code}`);
    this.#hooks.lost?.(code);
  }
}

function checked(check, data) {
  try {
    return check(data, "data");
  } catch (error) {
    throw asBridgeError(error);
  }
}

function asBridgeError(error) {
  if (error instanceof SchemaError) return new BridgeError("bad_schema", `${error.message}.`, { retryable: false });
  return BridgeError.from(error);
}

const idOf = (value) => {
  const id = value !== null && typeof value === "object" && Object.hasOwn(value, "id") ? value.id : undefined;
  return typeof id === "string" && id.length > 0 && id.length <= 64 ? id : undefined;
};
