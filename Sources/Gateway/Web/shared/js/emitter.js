/** Tells whoever listens. */
export class Emitter {
  #listeners = new Set();

  /** Calls `listener` with every value; the function that it returns ends that. */
  on(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(value) {
    for (const listener of [...this.#listeners]) listener(value);
  }
}
