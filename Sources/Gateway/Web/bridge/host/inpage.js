/** A door without windows: host and panel are in one document, and a port passes from hand to hand. */

import { VERSIONS } from "../protocol/limits.js";

export class InPageDoor {
  #hooks = null;
  #isOpen = false;
  #waiting = new Set();
  #reason = null;

  /** Hooks as those of `Door`. Nobody gets in before `unlock()`. */
  open(hooks) {
    this.#hooks = hooks;
    return this;
  }

  /** `enter(hello)` gives the welcome and its port; before `unlock()` it waits. `refused(code)` tells that nobody is there, for now. */
  knock(visitor) {
    if (this.#isOpen) return this.#enter(visitor);
    if (this.#reason) visitor.refused(this.#reason);
    this.#waiting.add(visitor);
    return undefined;
  }

  leave(visitor) {
    this.#waiting.delete(visitor);
  }

  /** Lets in who waits, and who comes from now on. */
  unlock() {
    this.#isOpen = true;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const visitor of waiting) this.#enter(visitor);
  }

  /** There is nobody to speak with; who waits learns of it, and is let in all the same should that change. */
  refuse(code) {
    this.#reason = code;
    for (const visitor of this.#waiting) visitor.refused(code);
  }

  close() {
    this.#isOpen = false;
    this.#waiting.clear();
  }

  #enter(visitor) {
    this.#hooks.hello(visitor.hello(), VERSIONS[0], (welcome, port) => visitor.welcome({ v: VERSIONS[0], ...structuredClone(welcome) }, port));
  }
}
