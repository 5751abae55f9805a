/** What an administrator may set for the adapter, as JSON in the provider record's custom parameters (docs/dynamics.md). */

import { field, objectOf } from "./values.js";

const TEMPLATE = /^[A-Za-z][A-Za-z0-9_]{0,99}$/;
export const SMALLEST_WIDTH_PX = 300;
export const MOST_SESSIONS = 10;

export const DEFAULTS = Object.freeze({
  /** `tab`: a tab for each interaction in one session; `session`: a session and a tab for each. */
  layout: "tab",
  sessionTemplate: "patchbay_session",
  tabTemplate: "msdyn_entityrecord",
  notificationTemplate: "patchbay_offer",
  /** Whether offers are shown by the CRM, too. */
  notify: true,
  /** A session of our own that shows the panel where several providers share the CRM: `auto`, `always`, `never`. */
  defaultSession: "auto",
  maxSessions: MOST_SESSIONS,
  closeTabs: true,
  /** Country of numbers without one, as ISO 3166 alpha-2; without it the server's. */
  region: null,
  searchEntities: ["contact", "account"],
  /** Names of presence in the CRM by activity of the agent; one that is not named has the same name. Null switches it off. */
  presence: {},
  widthPx: null,
  analytics: false,
});

const CHECKS = {
  layout: (value) => ["tab", "session"].includes(value),
  sessionTemplate: (value) => TEMPLATE.test(value),
  tabTemplate: (value) => TEMPLATE.test(value),
  notificationTemplate: (value) => TEMPLATE.test(value),
  notify: isTruth,
  defaultSession: (value) => ["auto", "always", "never"].includes(value),
  maxSessions: (value) => Number.isInteger(value) && value >= 1 && value <= MOST_SESSIONS,
  closeTabs: isTruth,
  region: (value) => /^[A-Z]{2}$/.test(value),
  searchEntities: (value) => Array.isArray(value) && value.length <= 3 && value.every((one) => ["contact", "account", "lead"].includes(one)),
  presence: (value) => value === null || (typeof value === "object" && !Array.isArray(value) && Object.values(value).every((one) => typeof one === "string" && one.length <= 100)),
  widthPx: (value) => Number.isInteger(value) && value >= SMALLEST_WIDTH_PX && value <= 2_000,
  analytics: isTruth,
};

function isTruth(value) {
  return typeof value === "boolean";
}

/** Settings from what `getEnvironment` gave back, and the names of those that were wrong and are the default instead. */
export function settingsOf(environment) {
  const given = objectOf(field(environment, "customParams") ?? {});
  const settings = { ...DEFAULTS };
  const wrong = [];
  for (const [name, check] of Object.entries(CHECKS)) {
    if (!Object.hasOwn(given, name)) continue;
    if (check(given[name])) settings[name] = given[name];
    else wrong.push(name);
  }
  return { settings, wrong };
}
