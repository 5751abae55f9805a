/**
 * Sign-in through a window of its own: a frame inside another site may not be allowed to keep anything, and nobody should
 * type a secret into a page whose address cannot be seen.
 *
 * The window hands the token to the one that opened it: same origin, known window, and the number used once that was
 * given along.
 */

import { newID } from "./identity.js";

const KIND = "patchbay.panel.token";
const SIZE = "popup,width=460,height=680";

/** Opens the window; resolves with a token, or null when it was blocked. `signal` ends the waiting. */
export function tokenFromWindow(signal) {
  const nonce = newID();
  const opened = open(`/panel/?popup=${nonce}`, "patchbay-signin", SIZE);
  if (!opened) return Promise.resolve(null);
  return new Promise((resolve, reject) => {
    const hear = ({ origin, source, data }) => {
      if (origin !== location.origin || source !== opened || data?.kind !== KIND || data.nonce !== nonce) return;
      removeEventListener("message", hear);
      opened.close();
      resolve(data.token);
    };
    addEventListener("message", hear);
    signal?.addEventListener("abort", () => {
      removeEventListener("message", hear);
      reject(signal.reason);
    });
  });
}

/** In that window: what to do with a token; null when this is not such a window. */
export function handOver() {
  const nonce = new URLSearchParams(location.search).get("popup");
  if (!nonce || !opener || opener === window) return null;
  return (token) => {
    opener.postMessage({ kind: KIND, nonce, token }, location.origin);
    close();
  };
}

export const isFramed = () => window.parent !== window;
