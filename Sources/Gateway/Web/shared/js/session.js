/**
 * Who is signed in: the token lives as long as its tab, and a new tab asks the others for it. It is never written where it
 * outlives the browser.
 */

import { drop, keep, read } from "./store.js";

const KEPT = "patchbay.token";
const CHANNEL = "patchbay.session";
/** How long a new tab waits for an answer of another one, in milliseconds. */
const ASK_MS = 250;

export class Session {
  #channel = openChannel();
  token = read(KEPT);
  /** Set once `/v1/me` has answered. */
  me = null;
  onSignOut = () => {};
  /** The person has signed in again in another tab. */
  onRenewed = () => {};

  constructor() {
    if (!this.#channel) return;
    this.#channel.onmessage = ({ data }) => {
      if (data.kind === "ask" && this.me) this.#channel.postMessage({ kind: "token", token: this.token });
      if (data.kind === "out" && data.sub === this.me?.sub) this.#leave();
      if (data.kind === "renewed" && data.me.sub === this.me?.sub) this.onRenewed(data.token, data.me);
    };
  }

  /** A token of another tab of this browser, or null. */
  async fromOtherTab() {
    const channel = openChannel();
    if (!channel) return null;
    try {
      return await new Promise((resolve) => {
        channel.onmessage = ({ data }) => data.kind === "token" && resolve(data.token);
        channel.postMessage({ kind: "ask" });
        setTimeout(() => resolve(null), ASK_MS);
      });
    } finally {
      channel.close();
    }
  }

  keep(token, me) {
    this.token = token;
    this.me = me;
    keep(KEPT, token);
  }

  /** Another token for the same person, in every tab of his. */
  renew(token, me) {
    this.keep(token, me);
    this.#channel?.postMessage({ kind: "renewed", token, me });
  }

  /** Ends the session in every tab of this person. */
  signOut() {
    this.#channel?.postMessage({ kind: "out", sub: this.me?.sub });
    this.#leave();
  }

  /** Ends it in this window only, for another person. */
  forget() {
    this.#leave();
  }

  #leave() {
    this.token = null;
    this.me = null;
    drop(KEPT);
    keep(`${KEPT}.asked`, "no");
    this.onSignOut();
  }

  /** Whether this window may take over a session of another tab: not after it was left on purpose. */
  get mayAsk() {
    return read(`${KEPT}.asked`) !== "no";
  }
}

function openChannel() {
  try {
    return new BroadcastChannel(CHANNEL);
  } catch {
    // A frame without storage of its own has no other tabs either.
    return null;
  }
}
