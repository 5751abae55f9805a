/**
 * Who this window is among the agent's panels: an identifier that a reload keeps, so that the panel which rings stays the
 * same one. A window that was duplicated by the browser finds the lock of the identifier taken and gets one of its own.
 */

import { keep, read } from "../../../shared/js/store.js";

const KEPT = "patchbay.panel.id";

export async function panelID() {
  const kept = read(KEPT);
  const id = kept && (await isFree(kept)) ? kept : newID();
  if (id !== kept) await isFree(id);
  keep(KEPT, id);
  return id;
}

/** 32 hexadecimal digits, from the browser's source of randomness. */
export function newID() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Takes the lock for as long as the page lives; true when nobody has it, and where there are no locks. */
async function isFree(id) {
  try {
    return await new Promise((resolve, reject) => {
      navigator.locks
        .request(`patchbay.panel.${id}`, { ifAvailable: true }, (lock) => {
          resolve(Boolean(lock));
          return lock ? new Promise(() => {}) : undefined;
        })
        .catch(reject);
    });
  } catch {
    return true;
  }
}
