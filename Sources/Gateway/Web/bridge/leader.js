/**
 * Which of several tabs of one CRM leads: rings, pops and dials. Web Locks answer at once, within one browser and one CRM;
 * the lease at the server is the authority, and the only one where a browser has no locks for framed pages.
 */

/** A browser that does not answer within this long has no locks for us, in milliseconds. */
const TRIAL_MS = 2_000;

/**
 * Stands for election until `release()` or the end of the page.
 *
 * `state`: `waiting` (another tab leads, or not known yet), `leader` (this tab holds the lock), `absent` (no locks here).
 */
export function electLeader({ name = "patchbay-leader", onChange = () => {}, locks = safeLocks() } = {}) {
  const election = new Election(onChange);
  if (locks) election.stand(locks, name);
  else election.change("absent");
  return election;
}

class Election {
  state = "waiting";
  #onChange;
  #end = null;
  #abort = new AbortController();

  constructor(onChange) {
    this.#onChange = onChange;
  }

  async stand(locks, name) {
    if (!(await answers(locks))) return this.change("absent");
    try {
      await locks.request(name, { signal: this.#abort.signal }, () => {
        this.change("leader");
        return new Promise((resolve) => (this.#end = resolve));
      });
    } catch (error) {
      if (error?.name !== "AbortError") this.change("absent");
    }
  }

  /** Lets another tab lead. */
  release() {
    this.#end?.();
    this.#abort.abort();
    if (this.state === "leader") this.change("waiting");
  }

  change(state) {
    if (this.#abort.signal.aborted && state === "leader") return this.#end?.();
    if (state === this.state) return;
    this.state = state;
    // The caller learns of it even when it was known before the caller had the election in hand.
    queueMicrotask(() => this.#onChange({ state }));
  }
}

/** Some browsers have the interface in a framed page and throw or never answer when it is used. */
function answers(locks) {
  const trial = new Promise((resolve) => {
    try {
      locks.query().then(() => resolve(true), () => resolve(false));
    } catch {
      resolve(false);
    }
  });
  return Promise.race([trial, new Promise((resolve) => setTimeout(() => resolve(false), TRIAL_MS))]);
}

function safeLocks() {
  try {
    return navigator.locks ?? null;
  } catch {
    return null;
  }
}
