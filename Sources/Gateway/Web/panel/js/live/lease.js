/** Which of the agent's panels rings: asks the server for the lease again and again, which is the only authority. */

const PATH = "/v1/agent/lease";
const BEAT_MS = 5_000;
const LIFE_MS = 15_000;

export class Lease {
  #timer = null;
  #heldUntil = 0;
  #closed = false;

  /** `on({state, holder})` is told `leader`, `other` or `unknown`; `answered(error)` how each request ended. */
  constructor({ api, panelId, on, answered }) {
    Object.assign(this, { api, panelId, on, answered });
  }

  start() {
    this.#beat("beat");
  }

  /** Moves the lease to this panel. */
  take() {
    return this.#beat("take");
  }

  /** What the stream says about the holder; the next beat asks. */
  heard(leader) {
    if (!leader || leader.panelId === this.panelId) return;
    this.#heldUntil = 0;
    this.on({ state: "other", holder: leader.panelId });
  }

  /** Gives the lease back; the request outlives the page. */
  close({ isLast = false } = {}) {
    this.#closed = true;
    clearTimeout(this.#timer);
    if (isLast) this.api.post(PATH, { panelId: this.panelId, action: "release" }, { keepalive: true }).catch(() => {});
  }

  async #beat(action) {
    clearTimeout(this.#timer);
    let beatMs = BEAT_MS;
    try {
      const answer = await this.api.post(PATH, { panelId: this.panelId, action });
      beatMs = answer.beatMs ?? BEAT_MS;
      this.#heldUntil = Date.now() + (answer.ttlMs ?? LIFE_MS);
      if (!this.#closed) this.on({ state: answer.leader ? "leader" : "other", holder: answer.holder ?? null });
      this.answered(null);
    } catch (error) {
      if (!("hint" in error)) throw error;
      // The lease lives on at the server for a while; then nobody knows.
      if (!this.#closed && Date.now() > this.#heldUntil) this.on({ state: "unknown" });
      this.answered(error);
      if (action === "take") throw error;
    } finally {
      clearTimeout(this.#timer);
      if (!this.#closed) this.#timer = setTimeout(() => this.#beat("beat"), beatMs);
    }
  }
}
