/** The panel's side of the handshake: it knocks at its parent until a host it may speak with lets it in. */

import { readWindowMessage, windowMessage } from "../protocol/envelope.js";
import { LIMITS, VERSIONS } from "../protocol/limits.js";

export class Knock {
  #parent;
  #origins;
  #hooks;
  #nonce = null;
  #timer = null;
  #listen = (event) => this.#receive(event);

  /**
   * Hooks: `hello()` gives the rest of the hello's data, `welcome(data, port, origin)`, `rejected(code)`, `gaveUp()`,
   * `count(name)`. `origins` are exact; `parent` is the only window that is listened to.
   */
  constructor({ parent, origins, hooks }) {
    this.#parent = parent;
    this.#origins = origins;
    this.#hooks = hooks;
    window.addEventListener("message", this.#listen);
  }

  /** Begins with another nonce: an answer to an earlier knock is none any more. */
  start() {
    this.stop();
    this.#nonce = crypto.randomUUID();
    const until = performance.now() + LIMITS.helloForMs;
    const knock = () => {
      if (performance.now() > until) {
        this.stop();
        return this.#hooks.gaveUp();
      }
      return this.#hello();
    };
    this.#timer = setInterval(knock, LIMITS.helloEveryMs);
    knock();
  }

  stop() {
    clearInterval(this.#timer);
    this.#timer = null;
    this.#nonce = null;
  }

  close() {
    this.stop();
    window.removeEventListener("message", this.#listen);
  }

  #hello() {
    const message = windowMessage("hello", { nonce: this.#nonce, versions: [...VERSIONS], ...this.#hooks.hello() });
    for (const origin of this.#origins) this.#parent.postMessage(message, { targetOrigin: origin });
  }

  #receive(event) {
    if (event.source === null || event.source !== this.#parent) return this.#hooks.count("wrong_window");
    if (!this.#origins.includes(event.origin)) return this.#hooks.count("wrong_origin");
    const message = readWindowMessage(event.data, ["welcome", "reject"]);
    if (!message) return this.#hooks.count("foreign");
    if (this.#nonce === null || message.data.nonce !== this.#nonce) return this.#hooks.count("wrong_nonce");
    if (message.type === "reject") {
      this.stop();
      return this.#hooks.rejected(message.data.code);
    }
    return this.#welcome(message.data, event);
  }

  #welcome(data, event) {
    if (event.ports.length !== 1) return this.#hooks.count("bad_schema");
    this.stop();
    if (!VERSIONS.includes(data.v)) {
      const reject = windowMessage("reject", { nonce: data.nonce, code: "unsupported_version", versions: [...VERSIONS] });
      this.#parent.postMessage(reject, { targetOrigin: event.origin });
      event.ports[0].close();
      return this.#hooks.rejected("unsupported_version");
    }
    return this.#hooks.welcome(data, event.ports[0], event.origin);
  }
}
