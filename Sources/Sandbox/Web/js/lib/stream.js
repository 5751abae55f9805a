/**
 * The one event stream of a page: it resumes after the last event it has seen, and says plainly whether it is connected.
 *
 * States: `connecting` (first time), `open`, `lost` (trying again). After a loss the browser resumes by itself with
 * Last-Event-ID; where it gives up (the server answered with an error) this opens a new one with back-off.
 */

import { api } from "./api.js";

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 8_000;
/** Every kind of event that the Sandbox sends. */
export const KINDS = [
  "conversation", "message", "participant", "reservation", "task", "worker", "call", "fault", "webhook", "typing", "dialing", "contact",
  "case", "activity", "reset",
];

export class Stream {
  /** `onEvent(kind, data)` gets every event, `onState(state, since)` every change of the connection. */
  constructor({ onEvent, onState }) {
    this.lastID = undefined;
    this.onEvent = onEvent;
    this.onState = onState;
    this.state = "connecting";
    this.retryMs = FIRST_RETRY_MS;
    this.#open();
    addEventListener("pagehide", () => this.close());
    addEventListener("pageshow", (event) => {
      if (!event.persisted) return;
      // Back from the browser's history: what happened meanwhile is unknown.
      this.state = "connecting";
      this.#open();
    });
  }

  close() {
    clearTimeout(this.timer);
    this.source?.close();
  }

  #open() {
    this.close();
    const source = new EventSource(api.streamURL({ last_event_id: this.lastID }));
    this.source = source;
    source.onopen = () => {
      this.retryMs = FIRST_RETRY_MS;
      this.#become("open");
    };
    source.onerror = () => {
      this.#become("lost");
      if (source.readyState !== EventSource.CLOSED) return;
      this.timer = setTimeout(() => this.#open(), this.retryMs);
      this.retryMs = Math.min(this.retryMs * 2, LAST_RETRY_MS);
    };
    for (const kind of KINDS) {
      source.addEventListener(kind, (event) => {
        if (event.lastEventId) this.lastID = event.lastEventId;
        this.onEvent(kind, event.data ? JSON.parse(event.data) : {});
      });
    }
  }

  #become(state) {
    if (this.state === state) return;
    this.state = state;
    this.onState(state, Date.now());
  }
}
