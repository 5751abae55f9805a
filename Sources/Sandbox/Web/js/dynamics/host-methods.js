/**
 * The methods of `Microsoft.CIFramework` 2.0, each as `(host, …arguments)`. What is thrown is what the real one rejects with;
 * comments name the rule that is modelled.
 */

import { failure, notificationFailure } from "./host-faults.js";

const OPEN_FORM = new Set([
  "entityName", "entityId", "formId", "useQuickCreateForm", "openInNewWindow", "windowPosition", "createFromEntity", "relationship", "processId",
  "selectStageId", "cmdbar", "navBar", "width", "height",
]);
/** Entities that the search page knows. */
const SEARCHABLE = new Set(["account", "contact", "activitypointer", "phonecall"]);
const HALF_A_SCREEN = () => Math.floor((globalThis.innerWidth || 1_280) / 2);
const SESSIONS_AT_MOST = 10;
const NOTIFICATIONS_AT_MOST = 10;
const ROWS_AT_MOST = 5_000;

/** JSON text and nothing else. */
function parsed(text, what) {
  if (typeof text !== "string") throw failure(`${what} must be JSON text.`, 2);
  try {
    return JSON.parse(text);
  } catch {
    throw failure(`${what} is not JSON.`, 3);
  }
}

/** A template that exists, with no parameter that it does not know. */
function checkTemplate(host, kind, { templateName, templateParameters = {} } = {}) {
  const known = host.templates[kind][templateName];
  if (!known && kind === "notification") throw notificationFailure("NotificationTemplateNotFoundError", `There is no template ${templateName}.`);
  if (!known) throw failure(`There is no ${kind} template ${templateName}.`, 10);
  const other = Object.keys(templateParameters).find((name) => !known.includes(name));
  if (other) throw failure(`The template has no parameter ${other}.`, 11);
  return templateParameters;
}

/** Calls about sessions, tabs and the panel work while no other provider's session is in front. */
function mustNotBeForeign(host) {
  if (host.front.owner === "foreign") throw failure("The session in focus belongs to another provider.", 20);
}

function ownTab(host, id) {
  mustNotBeForeign(host);
  const tab = host.front.tabs.find((one) => one.id === id);
  if (!tab) throw failure("There is no such tab in the session in focus.", 21);
  return tab;
}

function ownSession(host, id) {
  const session = host.session(id);
  if (session?.owner !== "own") throw failure("There is no such session of this provider.", 22);
  return session;
}

function openTab(host, templateName, parameters, isFocused = true) {
  const tab = host.tab(templateName, parameters);
  host.front.tabs.push(tab);
  if (isFocused) {
    host.front.front = tab.id;
    host.navigated();
  }
  return tab.id;
}

function notify(host, input, correlationId, cancellationToken) {
  const parameters = checkTemplate(host, "notification", input);
  const token = cancellationToken ?? input.cancellationToken ?? host.id("notification");
  if (host.notifications.length >= NOTIFICATIONS_AT_MOST) {
    return host.text({ value: { actionName: "Reject", responseReason: "NotificationQueueLimitExceeded" } });
  }
  return new Promise((resolve) => {
    const timer = setTimeout(() => host.settle(token, "Timeout", "DisplayTimeout"), host.displayMs);
    host.notifications.push({ token, parameters, resolve, timer, since: Date.now() });
  });
}

async function search(host, entity, query, isSearchOnly) {
  const { rows, unknown } = await host.rows(entity, query);
  // Seen with a column that does not exist: the call never settles.
  if (unknown) return new Promise(() => {});
  const found = rows.slice(0, ROWS_AT_MOST);
  const answer = host.text(Object.fromEntries(found.map((row, index) => [String(index), row])));
  if (isSearchOnly === true) return answer;
  mustNotBeForeign(host);
  // Any $search opens the search page, never the record.
  if (String(query).includes("$search") || (found.length > 1 && SEARCHABLE.has(entity))) openTab(host, "msdyn_searchpage", { searchText: String(query) });
  // Seen: a phonecall that is opened this way is an empty form.
  else if (found.length === 1) openTab(host, "msdyn_entityrecord", { entityName: entity, entityId: entity === "phonecall" ? "" : found[0][`${entity}id`] });
  return answer;
}

export const METHODS = Object.freeze({
  setMode(host, value) {
    if (![0, 1, 2].includes(value)) throw failure("The mode must be 0, 1 or 2.", 30);
    mustNotBeForeign(host);
    if (host.front.owner === null && host.faults.providers > 1) throw failure("setMode is not supported in the home session.", 31);
    host.mode = value;
    return value;
  },
  getMode: (host) => host.mode,
  setWidth(host, px) {
    mustNotBeForeign(host);
    if (px >= 300) host.width = px;
    if (px > HALF_A_SCREEN()) host.mode = 0;
    return px;
  },
  getWidth: (host) => host.width,
  setClickToAct(host, value) {
    if (host.faults.lacksPrivilege) throw failure("Principal user is missing prvWritemsdyn_channelprovider privilege.", -2147220960);
    host.clickToAct = value === true;
    return null;
  },
  getClickToAct: (host) => host.clickToAct,
  raiseEvent: (host, name, input, correlationId) => host.raise(name, input, correlationId),
  searchAndOpenRecords: (host, entity, query, isSearchOnly) => search(host, entity, query, isSearchOnly),
  renderSearchPage(host, entity, text) {
    mustNotBeForeign(host);
    return openTab(host, "msdyn_searchpage", { searchText: text });
  },
  openForm(host, optionsText, parametersText) {
    const options = parsed(optionsText, "entityFormOptions");
    const other = Object.keys(options).find((name) => !OPEN_FORM.has(name));
    if (other) throw failure(`Unknown parameter ${other}.`, 12);
    if (parametersText !== undefined) parsed(parametersText, "entityFormParameters");
    mustNotBeForeign(host);
    openTab(host, "msdyn_entityrecord", { entityName: options.entityName, entityId: options.entityId ?? "" });
    return host.text({ savedEntityReference: [] });
  },
  createRecord(host, entity, text) {
    const data = parsed(text, "data");
    return host.text({ id: host.store?.create(entity, data) ?? crypto.randomUUID(), entityType: entity });
  },
  async retrieveRecord(host, entity, id, query) {
    const { rows } = await host.rows(entity, `?$filter=${entity}id eq ${id}&${String(query ?? "").replace(/^\?/, "")}`);
    if (rows.length === 0) throw failure("The record does not exist.", -2147220969);
    return host.text(rows[0]);
  },
  updateRecord(host, entity, id, text) {
    const data = parsed(text, "data");
    host.store?.update(entity, id, data);
    return host.text({ id, entityType: entity });
  },
  deleteRecord: (host, entity, id) => (host.store?.remove(entity, id), host.text({ id, entityType: entity })),
  getEntityMetadata: (host, entity) => host.text({ LogicalName: entity, PrimaryIdAttribute: `${entity}id` }),
  getEnvironment(host) {
    const { entityName, entityId } = host.tabInFront?.parameters ?? {};
    const page = entityId ? { pagetype: "entityrecord", etn: entityName, id: entityId } : { pagetype: "dashboard" };
    return host.text({ ...host.environment, ...page });
  },
  canCreateSession: (host) => host.sessions.length - 1 < SESSIONS_AT_MOST,
  createSession(host, input) {
    checkTemplate(host, "session", input);
    mustNotBeForeign(host);
    if (host.sessions.length - 1 >= SESSIONS_AT_MOST) throw failure("There are ten sessions.", 23);
    const tab = host.tab("msdyn_dashboard", {});
    const session = { id: host.id("session"), owner: "own", title: input.templateParameters?.customer ?? "", context: { ...input.context }, tabs: [tab], front: tab.id, hasIndicator: false, activity: 0 };
    host.sessions.push(session);
    if (host.faults.keepsFocus) session.hasIndicator = true;
    else host.chooseSession(session.id);
    return session.id;
  },
  getSession(host, id) {
    const { context } = ownSession(host, id);
    return { sessionId: id, conversationId: null, context, isFocused: host.focused === id };
  },
  getFocusedSession: (host) => (host.front.owner === "own" ? host.focused : null),
  getAllSessions: (host) => host.own.map((one) => one.id),
  requestFocusSession(host, id) {
    // Shows an indicator; it does not take the focus.
    ownSession(host, id).hasIndicator = host.focused !== id;
  },
  setSessionTitle(host, { sessionId, title } = {}) {
    ownSession(host, sessionId ?? host.focused).title = String(title ?? "");
  },
  createTab(host, input) {
    const parameters = checkTemplate(host, "tab", input);
    mustNotBeForeign(host);
    return openTab(host, input.templateName, parameters, input.isFocused !== false);
  },
  getTabs(host, templateName) {
    mustNotBeForeign(host);
    return host.front.tabs.filter((tab) => !templateName || tab.templateName === templateName).map((tab) => tab.id);
  },
  getFocusedTab(host) {
    mustNotBeForeign(host);
    return host.front.front;
  },
  focusTab(host, id) {
    ownTab(host, id);
    host.chooseTab(id);
    return id;
  },
  refreshTab: (host, id) => ownTab(host, id).id,
  setTabTitle(host, id, input) {
    ownTab(host, id).title = String(input?.title ?? input ?? "");
  },
  closeTab(host, id) {
    ownTab(host, id);
    if (!host.closeTab(id)) throw failure("The anchor tab cannot be closed.", 24);
  },
  notifyEvent: (host, input, correlationId, token) => notify(host, input, correlationId, token),
  cancelEvent(host, token) {
    host.settle(token, "Cancel", "CancelledByProvider");
    return token;
  },
  notifyNewActivity(host, sessionId, count) {
    if (!(Number.isInteger(count) && count >= 0)) throw failure("The count must be zero or more.", 25);
    ownSession(host, sessionId).activity = count;
  },
  notifyKpiBreach: (host, sessionId, shouldReset, details) => void host.breaches.push({ sessionId, shouldReset, details }),
  setPresence(host, text) {
    // A text that the administrator has not defined is a false, not a rejection.
    if (!host.presences.includes(text)) return false;
    host.choosePresence(text);
    return true;
  },
  getPresence: (host) => host.text({ presenceText: host.presence, presenceId: `p-${host.presence}` }),
  updateContext(host, input, sessionId, isDelete) {
    const { context } = ownSession(host, sessionId);
    if (isDelete) for (const name of Object.keys(input)) delete context[name];
    else Object.assign(context, input);
    return "updated";
  },
  updateConversation: (host, id, text) => host.text({ id, ...(parsed(text, "data") && {}) }),
  logAnalyticsEvent(host, data, eventName) {
    if (!data?.conversationId || !data?.providerSessionId) throw failure("conversationId and providerSessionId are required.", 26);
    if (!host.faults.analytics) throw failure("Analytics are off for this provider.", 27);
    return `logged ${eventName}`;
  },
});
