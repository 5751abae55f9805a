/** The panel's side of a handshake within one document: waits at the host's door as long as it takes. */

export class InPageKnock {
  #door;
  #hooks;
  #visitor = null;

  /** Hooks: `hello()`, `welcome(data, port)`, `gaveUp(code)`. */
  constructor(door, hooks) {
    this.#door = door;
    this.#hooks = hooks;
  }

  start() {
    this.stop();
    const isMine = () => this.#visitor === visitor;
    const visitor = {
      hello: () => this.#hooks.hello(),
      // After the constructor of the bridge has ended: it hands itself out before anything happens.
      welcome: (data, port) => queueMicrotask(() => isMine() && this.#hooks.welcome(data, port)),
      refused: (code) => queueMicrotask(() => isMine() && this.#hooks.gaveUp(code)),
    };
    this.#visitor = visitor;
    this.#door.knock(visitor);
  }

  stop() {
    if (this.#visitor) this.#door.leave(this.#visitor);
    this.#visitor = null;
  }

  close() {
    this.stop();
  }
}
