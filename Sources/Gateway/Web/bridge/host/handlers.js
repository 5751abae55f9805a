/** What the panel may ask a CRM page, answered by the page's own functions. */

import { resizeFrame } from "./frame.js";

/** The default answer of a screen pop: what the request itself already says. */
function popOutcome({ record, candidates = [] }) {
  if (record) return { outcome: "opened", record };
  return candidates.length > 1 ? { outcome: "multiple", matches: candidates } : { outcome: "none" };
}

/** Answerers by type of request, for those handlers that the page gave. */
export function answerersOf(options, frame) {
  const tab = (action) => options.onTab && (async (data) => (await options.onTab({ action, ...data })) ?? {});
  const all = {
    "screenpop.request": options.onScreenPop && (async (data) => (await options.onScreenPop(data)) ?? popOutcome(data)),
    "match.request": options.onMatch,
    "record.create": options.onCreateRecord,
    "log.save": options.onLog,
    "notify.show": options.onNotify,
    "tab.open": tab("open"),
    "tab.focus": tab("focus"),
    "tab.close": tab("close"),
    "panel.set": async (data) => {
      if (options.onPanelSet) return (await options.onPanelSet(data)) ?? data;
      resizeFrame(frame, data);
      return data;
    },
  };
  return Object.fromEntries(Object.entries(all).filter(([, answerer]) => typeof answerer === "function"));
}

/** What the page can do, as it is told to the panel. */
export function capabilitiesOf(answerers) {
  const names = {
    "screenpop.request": "screenpop", "match.request": "match", "record.create": "create", "log.save": "log",
    "notify.show": "notify", "tab.open": "tabs", "panel.set": "panel",
  };
  return Object.keys(answerers).map((type) => names[type]).filter(Boolean);
}
