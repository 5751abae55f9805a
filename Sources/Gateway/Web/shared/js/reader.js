/** Keeps `GET /v1/stream` open: reads it with fetch and the bearer token, resumes after the last event, backs off. */

import { EventParser } from "./sse.js";
import { Link } from "./link.js";

const PATH = "/v1/stream";
/** How often it is looked whether the stream still lives, in milliseconds. */
const LOOK_MS = 5_000;

export class StreamReader {
  #link = new Link(Date.now());
  #abort = null;
  #timer = null;
  #look = null;
  #closed = false;

  /**
   * `api` sends the request; `lastID` is where to go on; `onEvent({id, topic, data})` gets every event, `onOpen(isReset)` is
   * told each time the stream begins to flow, with true when events are lost, `onBeat(state, since)` every sign of life and every change of the connection.
   */
  constructor({ api, lastID, onEvent, onOpen, onBeat }) {
    Object.assign(this, { api, lastID, onEvent, onOpen, onBeat });
  }

  start() {
    this.#look = setInterval(() => {
      if (!this.#link.tick(Date.now())) return;
      this.#beat();
      this.#open();
    }, LOOK_MS);
    addEventListener("online", this.retry);
    this.#open();
  }

  close() {
    this.#closed = true;
    clearInterval(this.#look);
    clearTimeout(this.#timer);
    removeEventListener("online", this.retry);
    this.#abort?.abort();
  }

  /** Tries at once instead of waiting: the network is back, or the token is a new one. */
  retry = () => {
    if (!this.#closed && this.#link.state !== "live") this.#open();
  };

  async #open() {
    clearTimeout(this.#timer);
    this.#abort?.abort();
    const abort = (this.#abort = new AbortController());
    let isReachable = false;
    try {
      const headers = { Accept: "text/event-stream", ...(this.lastID ? { "Last-Event-ID": this.lastID } : {}) };
      const response = await this.api.open("GET", PATH, { headers, signal: abort.signal, isEndless: true });
      isReachable = true;
      this.#link.opened(Date.now());
      this.#beat();
      this.onOpen(false);
      await this.#read(response.body.pipeThrough(new TextDecoderStream()).getReader());
    } catch (error) {
      if (abort.signal.aborted) return;
      isReachable ||= (error.status ?? 0) > 0;
    }
    if (abort.signal.aborted || this.#closed) return;
    const pause = this.#link.lost(Date.now(), { isReachable, chance: Math.random() });
    this.#beat();
    this.#timer = setTimeout(() => this.#open(), pause);
  }

  async #read(reader) {
    const parser = new EventParser();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      for (const { id, event, data } of parser.push(value)) this.#take(id, event, data);
      // The first frame says only where the stream is: enough to resume before any event came.
      if (parser.lastID) this.lastID = parser.lastID;
      this.#link.heard(Date.now());
      this.#beat();
    }
  }

  #take(id, topic, text) {
    if (id) this.lastID = id;
    // Events between are not there any more.
    if (topic === "stream.reset") return this.onOpen(true);
    let event;
    try {
      event = JSON.parse(text);
    } catch {
      // An event that cannot be read may have changed anything.
      return this.onOpen(true);
    }
    return this.onEvent({ id, topic: event.type ?? topic, data: event.data ?? event });
  }

  #beat() {
    this.onBeat(this.#link.state, this.#link.since);
  }
}
