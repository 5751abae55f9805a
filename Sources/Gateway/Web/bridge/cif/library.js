/**
 * The CRM's library in our frame: loads it, knows when it is ready, and calls it with a time limit of our own. Some calls never
 * settle, and the host gives each of them ten seconds only.
 */

import { BridgeError } from "../protocol/errors.js";

const PATH = "/webresources/Widget/msdyn_ciLibrary.js";
const READY_EVENT = "CIFInitDone";
/** The script and its `CIFInitDone` have so long, in milliseconds; whoever comes later is taken all the same. */
export const READY_MS = 15_000;
/** A call of CIF is waited for so long, in milliseconds: less than the panel waits for us. */
export const CALL_MS = 8_000;

/** Names of events as the documentation spells them, by their lower case. */
export const EVENTS = Object.freeze(
  Object.fromEntries(
    [
      "onclicktoact", "onmodechanged", "onsizechanged", "onpagenavigate", "onsendkbarticle", "onSessionSwitched", "onSessionClosed", "onPresenceChange",
    ].map((name) => [name.toLowerCase(), name]),
  ),
);

/** Why CIF did not do something. `method` and `kind` are ours; `reason` is the CRM's own words, for the agent and no log. */
export class CIFError extends BridgeError {
  constructor(kind, message, { method = "", reason = "", number = null } = {}) {
    super(CODES[kind], message);
    this.name = "CIFError";
    Object.assign(this, { kind, method, reason, number });
  }
}

const CODES = { absent: "crm_unavailable", domain: "origin_denied", timeout: "timeout", unsupported: "unknown_type", refused: "denied" };

/** Puts the script into the document, once, with its listener before it. `onReady(api)` may come after the limit, too. */
export function loadLibrary({ origin, onReady, onAbsent, readyMs = READY_MS }) {
  let isDone = false;
  const ready = () => {
    const api = globalThis.Microsoft?.CIFramework;
    if (isDone || !api) return;
    isDone = true;
    clearTimeout(timer);
    window.removeEventListener(READY_EVENT, ready);
    onReady(api);
  };
  const absent = (why) => !isDone && onAbsent(new CIFError("absent", why));
  const timer = setTimeout(() => absent(`The CRM's library did not become ready within ${readyMs} ms. Is this page opened inside Dynamics, and its address the provider's channel URL?`), readyMs);
  window.addEventListener(READY_EVENT, ready);
  if (globalThis.Microsoft?.CIFramework) return void queueMicrotask(ready);
  if (document.querySelector("script[data-cifid]")) return undefined;
  const script = document.createElement("script");
  script.src = origin + PATH;
  script.dataset.crmurl = origin;
  script.dataset.cifid = "CIFMainLibrary";
  script.addEventListener("error", () => {
    clearTimeout(timer);
    absent("The CRM's library could not be loaded. Is its origin in gateway.panel.cif_origins, and can this browser reach it?");
  });
  document.head.append(script);
  return undefined;
}

export class Library {
  #api;
  #callMs;

  constructor(api, { callMs = CALL_MS } = {}) {
    this.#api = api;
    this.#callMs = callMs;
  }

  can(method) {
    return typeof this.#api[method] === "function";
  }

  call(method, ...args) {
    return this.run(method, args);
  }

  /** Rejected with a `CIFError`. `late(value)` gets an answer that came after the limit: what it made is there. */
  run(method, args, { limitMs = this.#callMs, late } = {}) {
    if (!this.can(method)) return Promise.reject(new CIFError("unsupported", `The CRM's library has no ${method}.`, { method }));
    return new Promise((resolve, reject) => {
      let isLate = false;
      const timer = setTimeout(() => {
        isLate = true;
        reject(new CIFError("timeout", `${method} of the CRM did not answer within ${limitMs} ms.`, { method }));
      }, limitMs);
      const settle = (end) => (value) => {
        if (isLate) return end === resolve ? late?.(value) : undefined;
        clearTimeout(timer);
        return end(value);
      };
      const refuse = settle((error) => reject(refusal(method, error)));
      try {
        // Not awaited through Promise.resolve alone: an older library gives back a thenable of its own.
        Promise.resolve(this.#api[method](...args)).then(settle(resolve), refuse);
      } catch (error) {
        refuse(error);
      }
    });
  }

  /** The handler always gives back a promise that is kept: one that fails is reported and nothing else. */
  async on(event, handler, failed) {
    const name = EVENTS[event.toLowerCase()] ?? event;
    const safe = async (payload) => {
      try {
        return await handler(payload);
      } catch (error) {
        failed(error);
        return undefined;
      }
    };
    await this.call("addHandler", name, safe);
    return () => this.call("removeHandler", name, safe);
  }
}

/** `{errorCode, message}`, `{msdyn_name, message}`, an Error or a text. */
function refusal(method, error) {
  const reason = String(error?.message ?? error ?? "").slice(0, 500);
  const number = Number.isFinite(error?.errorCode) ? error.errorCode : null;
  if (/sender domain/i.test(reason)) {
    const hint = "The CRM does not recognise this page's domain. Compare the provider's channel URL and trusted domain with the address of the panel.";
    return new CIFError("domain", hint, { method, reason, number });
  }
  const name = typeof error?.msdyn_name === "string" ? error.msdyn_name.slice(0, 100) : "";
  const refused = new CIFError("refused", `The CRM refused ${method}${number === null ? "" : ` (error ${number})`}.`, { method, reason, number });
  return Object.assign(refused, { label: name });
}
