/** Who may come in: the panel's window, from the panel's origin, with a nonce that was not used before. */

import { commonVersion, isOurs, readWindowMessage, windowMessage } from "../protocol/envelope.js";
import { LIMITS, VERSIONS } from "../protocol/limits.js";
import { Bucket, Seen } from "../protocol/parts.js";

export class Door {
  #frame;
  #origin;
  #hooks;
  #nonces = new Seen(256);
  #bucket = new Bucket({ perSecond: LIMITS.hellosPerTenSeconds / 10, burst: LIMITS.hellosPerTenSeconds, now: performance.now() });
  #listen = (event) => this.#receive(event);

  /** Hooks: `hello(data, version, answer)`, `rejected(code)`, `count(name)`. */
  constructor(frame, origin, hooks) {
    this.#frame = frame;
    this.#origin = origin;
    this.#hooks = hooks;
    window.addEventListener("message", this.#listen);
  }

  close() {
    window.removeEventListener("message", this.#listen);
  }

  #receive(event) {
    // Origin and window come first: the content of a stranger's message is not looked at.
    if (event.origin !== this.#origin) return this.#hooks.count("wrong_origin");
    if (event.source === null || event.source !== this.#frame.contentWindow) return this.#hooks.count("wrong_window");
    const message = readWindowMessage(event.data, ["hello", "reject"]);
    if (!message) return this.#hooks.count(isOurs(event.data) ? "bad_schema" : "foreign");
    if (message.type === "reject") return this.#hooks.rejected(message.data.code);
    return this.#hello(message.data);
  }

  #hello(data) {
    if (!this.#nonces.add(data.nonce)) return this.#hooks.count("repeated_hello");
    if (!this.#bucket.take(performance.now())) return this.#hooks.count("rate_limited");
    const version = commonVersion(data.versions);
    if (version === null) {
      this.#post(windowMessage("reject", { nonce: data.nonce, code: "unsupported_version", versions: [...VERSIONS] }));
      return this.#hooks.rejected("unsupported_version");
    }
    return this.#hooks.hello(data, version, (welcome, port) => {
      this.#post(windowMessage("welcome", { nonce: data.nonce, v: version, ...welcome }), [port]);
    });
  }

  #post(message, transfer = []) {
    this.#frame.contentWindow?.postMessage(message, { targetOrigin: this.#origin, transfer });
  }
}
