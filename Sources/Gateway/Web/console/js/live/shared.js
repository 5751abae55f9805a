/**
 * One stream for all tabs of a person: the tab that holds a Web Lock reads it and passes on what comes over a
 * BroadcastChannel; when that tab goes, the next one takes the lock and resumes after the last event it knows.
 *
 * Browsers open six HTTP/1.1 connections to a host, so ten tabs with a stream each would stand still.
 * Without Web Locks (plain HTTP from another machine) every tab reads a stream of its own.
 */

import { Emitter } from "../../../shared/js/emitter.js";
import { StreamReader } from "../../../shared/js/reader.js";

/** The leader gives a sign of life at every ping (15 s); after this long without one another tab takes over. */
const LEADER_SILENT_MS = 50_000;
const LOOK_MS = 5_000;
/** Beats without news are passed on at most this often, in milliseconds. */
const BEAT_MS = 5_000;
/** Topics that the pages of the console read. */
const TOPICS = /^extensions\./;

export class SharedStream {
  /** `{id, topic, data}` of every event, once and in order. */
  events = new Emitter();
  /** Every change of `{state, since}`: connecting, live, delayed, offline. */
  states = new Emitter();
  /** The stream begins to flow (again): what happened meanwhile may have been missed; with `true` it was. */
  openings = new Emitter();
  state = "connecting";
  since = Date.now();
  isLeader = false;

  #lastID = "";
  #reader = null;
  #heardAt = Date.now();
  #beatAt = 0;
  #release = null;
  #closed = false;

  constructor({ api, person }) {
    this.api = api;
    this.name = `patchbay.console.${person}`;
    this.channel = new BroadcastChannel(this.name);
    this.channel.onmessage = (message) => this.#hear(message.data);
  }

  start() {
    this.channel.postMessage({ kind: "ask" });
    this.#queue();
    this.look = setInterval(() => this.#watch(), LOOK_MS);
  }

  close() {
    this.#closed = true;
    clearInterval(this.look);
    this.#stopLeading();
    this.channel.close();
  }

  /** After another sign-in: the stream is opened with the new token. */
  retry() {
    this.#reader?.retry();
  }

  #queue(options = {}) {
    if (!navigator.locks) return this.#lead();
    return navigator.locks
      .request(this.name, options, () => {
        // Whoever took over has asked before, too, and may be granted that later.
        if (this.#closed || this.isLeader) return undefined;
        const held = new Promise((resolve) => (this.#release = resolve));
        this.#lead();
        return held;
      })
      .catch(() => {
        // Another tab took over while this one was silent.
        this.#stopLeading();
        if (!this.#closed) this.#queue();
      });
  }

  #lead() {
    this.isLeader = true;
    this.#reader = new StreamReader({
      api: this.api,
      lastID: this.#lastID,
      onEvent: (event) => this.#pass(event),
      onOpen: (isReset) => {
        this.channel.postMessage({ kind: "open", isReset });
        this.openings.emit(isReset);
      },
      onBeat: (state, since) => this.#beat(state, since),
    });
    this.#reader.start();
  }

  #stopLeading() {
    this.isLeader = false;
    this.#reader?.close();
    this.#reader = null;
    this.#release?.();
    this.#release = null;
  }

  #pass(event) {
    if (!TOPICS.test(event.topic) || !this.#isNew(event.id)) return;
    this.channel.postMessage({ kind: "event", event });
    this.events.emit(event);
  }

  #hear(message) {
    this.#heardAt = Date.now();
    if (message.kind === "ask") {
      if (this.isLeader) this.channel.postMessage({ kind: "state", state: this.state, since: this.since, id: this.#reader.lastID });
    } else if (this.isLeader) return;
    else if (message.kind === "event") {
      if (this.#isNew(message.event.id)) this.events.emit(message.event);
    } else if (message.kind === "state") {
      if (message.id && Number(message.id) > Number(this.#lastID)) this.#lastID = message.id;
      this.#become(message.state, message.since);
    } else if (message.kind === "open") this.openings.emit(message.isReset);
  }

  /** Offsets of the journal only grow; what is not greater was seen already. */
  #isNew(id) {
    if (!id) return true;
    if (this.#lastID && Number(id) <= Number(this.#lastID)) return false;
    this.#lastID = id;
    return true;
  }

  #beat(state, since) {
    const isNews = state !== this.state;
    this.#become(state, since);
    const now = Date.now();
    if (!isNews && now - this.#beatAt < BEAT_MS) return;
    this.#beatAt = now;
    this.channel.postMessage({ kind: "state", state, since, id: this.#reader?.lastID });
  }

  #become(state, since) {
    if (this.state === state) return;
    this.state = state;
    this.since = since;
    this.states.emit({ state, since });
  }

  #watch() {
    if (this.isLeader || !navigator.locks || Date.now() - this.#heardAt < LEADER_SILENT_MS) return;
    this.#heardAt = Date.now();
    this.#become("delayed", Date.now());
    this.#queue({ steal: true });
  }
}
