/**
 * Stands in for Dynamics' `msdyn_ciLibrary.js`: a plain script in the panel's frame that gives `Microsoft.CIFramework` and fires
 * `CIFInitDone`. It finds the CRM by `data-crmurl`, else by `ucilib` in the address, else by the referrer, and talks with the
 * stand-in host around it (`wire.js`) by messages of its own.
 */
(() => {
  "use strict";

  const MARK = "patchbay-cif-standin";
  const METHODS = [
    "setMode", "getMode", "setWidth", "getWidth", "setClickToAct", "getClickToAct", "raiseEvent", "searchAndOpenRecords", "renderSearchPage", "openForm",
    "createRecord", "retrieveRecord", "updateRecord", "deleteRecord", "getEntityMetadata", "getEnvironment", "canCreateSession", "createSession", "getSession",
    "getFocusedSession", "getAllSessions", "requestFocusSession", "setSessionTitle", "createTab", "getTabs", "getFocusedTab", "focusTab", "refreshTab",
    "setTabTitle", "closeTab", "notifyEvent", "cancelEvent", "notifyNewActivity", "notifyKpiBreach", "setPresence", "getPresence", "updateContext",
    "updateConversation", "logAnalyticsEvent",
  ];
  const script = document.currentScript;
  const named = script?.dataset.crmurl ?? new URLSearchParams(location.search).get("ucilib") ?? document.referrer;
  const crm = named ? new URL(named).origin : null;
  const pending = new Map();
  const handlers = new Map();
  let number = 0;

  const ask = (method, args) =>
    new Promise((resolve, reject) => {
      const id = `${(number += 1)}`;
      pending.set(id, { resolve, reject });
      window.parent.postMessage({ mark: MARK, id, method, args }, crm);
    });

  /** Handlers are matched by the name as it is written, and each must give back a promise. */
  function hear({ event, payload, isMap }) {
    const value = isMap ? new Map(Object.entries(payload)) : payload;
    for (const handler of handlers.get(event) ?? []) {
      const fail = (error) => ask("handler failed", [event, String(error)]);
      try {
        const answer = handler(value);
        if (typeof answer?.then !== "function") fail("no promise came back");
        else answer.then(undefined, fail);
      } catch (error) {
        fail(error);
      }
    }
  }

  window.addEventListener("message", ({ source, origin, data }) => {
    if (source !== window.parent || origin !== crm || data?.mark !== MARK) return;
    if (data.event) return void hear(data);
    const entry = pending.get(data.re);
    pending.delete(data.re);
    if (!entry) return undefined;
    return data.error ? entry.reject(data.error) : entry.resolve(data.value);
  });

  const api = {
    addHandler: async (name, handler) => {
      handlers.set(name, [...(handlers.get(name) ?? []), handler]);
      return true;
    },
    removeHandler: async (name, handler) => {
      handlers.set(name, (handlers.get(name) ?? []).filter((one) => one !== handler));
      return true;
    },
  };
  for (const method of METHODS) api[method] = (...args) => ask(method, args);

  const ready = () => {
    window.Microsoft = { ...window.Microsoft, CIFramework: api };
    window.dispatchEvent(new Event("CIFInitDone"));
  };
  // A stranger gets his library all the same: it is the calls that fail.
  if (crm) ask("init", []).then(ready, ready);
})();
