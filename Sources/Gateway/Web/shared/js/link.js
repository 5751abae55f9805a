/**
 * How current the page is, said plainly. Pure: the owner passes `now` in and carries out what it says.
 *
 * - `live`: the stream is open and was heard of within 25 s (the Gateway gives a sign of life each 15 s).
 * - `delayed`: the Gateway answers, but the stream does not flow; changes of others are seen late.
 * - `offline`: the Gateway does not answer.
 */

export const SILENT_AFTER_MS = 25_000;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 8_000;

export class Link {
  state = "connecting";
  since;
  #heardAt = null;
  #failures = 0;

  constructor(now) {
    this.since = now;
  }

  opened(now) {
    this.#failures = 0;
    this.#heardAt = now;
    this.#become("live", now);
  }

  heard(now) {
    this.#heardAt = now;
    this.#become("live", now);
  }

  /** The stream ended or was refused. Returns after how many milliseconds to try again; `chance` is 0 to 1. */
  lost(now, { isReachable, chance }) {
    this.#become(isReachable ? "delayed" : "offline", now);
    const pause = Math.min(FIRST_RETRY_MS * 2 ** this.#failures, LAST_RETRY_MS);
    this.#failures += 1;
    // Not all browsers at the same instant.
    return Math.round(pause * (0.75 + 0.5 * chance));
  }

  /** Whether the stream has been silent for too long and must be opened again. */
  tick(now) {
    if (this.state !== "live" || now - this.#heardAt < SILENT_AFTER_MS) return false;
    this.#become("delayed", now);
    return true;
  }

  #become(state, now) {
    if (this.state === state) return;
    this.state = state;
    this.since = now;
  }
}
