/** Why a message or a request failed, in words that name the limit, never the content. */

export const CODES = Object.freeze([
  "unsupported_version", "origin_denied", "not_ready", "unknown_type", "bad_schema", "too_large", "rate_limited", "timeout", "not_found",
  "ambiguous", "denied", "conflict", "duplicate", "crm_unavailable", "busy", "offline", "not_leader", "invalid_number", "internal",
]);

const RETRYABLE = new Set(["not_ready", "rate_limited", "timeout", "crm_unavailable", "busy", "offline"]);

/** An error with a code of the protocol. Nothing in `message` is secret or about a person: it reaches the other side. */
export class BridgeError extends Error {
  constructor(code, message, { retryable, retryAfterMs } = {}) {
    super(message);
    this.name = "BridgeError";
    this.code = CODES.includes(code) ? code : "internal";
    this.retryable = retryable ?? RETRYABLE.has(this.code);
    if (Number.isInteger(retryAfterMs) && retryAfterMs >= 0) this.retryAfterMs = retryAfterMs;
  }

  /** The data of an `error` message. */
  get data() {
    const data = { code: this.code, message: this.message.slice(0, 500), retryable: this.retryable };
    if (this.retryAfterMs !== undefined) data.retryAfterMs = this.retryAfterMs;
    return data;
  }

  /** What is told about an error of a handler: its own words only when it meant them for the other side. */
  static from(error) {
    if (error instanceof BridgeError) return error;
    return new BridgeError("internal", "The other side could not do this; its own log says why.");
  }

  static received({ code, message, retryable, retryAfterMs }) {
    return new BridgeError(code, message, { retryable, retryAfterMs });
  }
}
