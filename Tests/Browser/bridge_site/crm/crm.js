// A CRM page under test: keeps what it is told in `events` and what it is asked in `asked`.
import { BridgeError, mountPanel } from "https://patchbay.test/bridge/ccbridge-host.js";

const names = ["State", "Auth", "Agent", "Interaction", "Selected", "RecordChosen", "Presence", "Leader", "Dispositions", "Analytics", "Problem"];
window.events = [];
window.asked = [];
window.BridgeError = BridgeError;

window.mount = (options = {}) => {
  const listeners = Object.fromEntries(
    names.map((name) => [`on${name}`, (value) => window.events.push({ name: name.toLowerCase(), value: value instanceof Error ? { code: value.code, message: value.message } : value })]),
  );
  window.bridge = mountPanel({
    element: "#patchbay", panel: "https://patchbay.test",
    user: { crmUserId: "u-1", name: "Ana" }, theme: { mode: "dark", primary: "#0055aa" }, locale: "es-ES", defaultRegion: "ES",
    onScreenPop: (pop) => {
      window.asked.push(pop);
      return window.popAnswer?.(pop);
    },
    onLog: ({ idempotencyKey }) => {
      window.asked.push(idempotencyKey);
      return { status: "saved", activity: { entity: "phonecall", id: `a-${idempotencyKey}` } };
    },
    ...listeners, ...options,
  });
};

/** What a promise of the bridge became, in a form that a test can read. */
window.outcome = (promise) =>
  promise.then((value) => ({ value }), (error) => ({ error: { name: error.name, code: error.code, message: error.message, retryable: error.retryable } }));

if (!location.search.includes("wait")) window.mount();
