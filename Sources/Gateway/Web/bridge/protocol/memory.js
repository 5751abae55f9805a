/** What survives a reload of this tab; a browser may refuse it, then nothing does. */

const KEY = "ccbridge";

export class Memory {
  #storage;
  #key;

  /** `storage` is a function: even to name sessionStorage may throw. */
  constructor(name, storage = () => globalThis.sessionStorage) {
    this.#key = `${KEY}.${name}`;
    try {
      this.#storage = storage();
    } catch {
      this.#storage = null;
    }
  }

  read() {
    try {
      const value = JSON.parse(this.#storage?.getItem(this.#key) ?? "null");
      return value !== null && typeof value === "object" ? value : {};
    } catch {
      return {};
    }
  }

  write(value) {
    try {
      this.#storage?.setItem(this.#key, JSON.stringify(value));
    } catch {
      // Full or forbidden: the next reload begins anew.
    }
  }
}
