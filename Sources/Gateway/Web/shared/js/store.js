/**
 * What a tab keeps over a reload, and no longer than it lives: session storage, or where the browser forbids that in a
 * frame of another site, the state of this entry of the history, which no other origin can read either.
 */

const MEMBER = "patchbay";

export function read(key) {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return history.state?.[MEMBER]?.[key] ?? null;
  }
}

export function keep(key, value) {
  try {
    sessionStorage.setItem(key, value);
  } catch {
    keepInHistory(key, value);
  }
}

/**
 * Whether what is kept outlives a reload of the page around a frame: the history's state does not, a frame that is built
 * anew begins a history of its own.
 */
export function isLasting() {
  try {
    sessionStorage.getItem("");
    return true;
  } catch {
    return window.parent === window;
  }
}

export function drop(key) {
  try {
    sessionStorage.removeItem(key);
  } catch {
    keepInHistory(key, undefined);
  }
}

function keepInHistory(key, value) {
  try {
    history.replaceState({ ...history.state, [MEMBER]: { ...history.state?.[MEMBER], [key]: value } }, "");
  } catch {
    // Until this page is left then.
  }
}
