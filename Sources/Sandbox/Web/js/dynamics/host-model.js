/**
 * A Dynamics-like host as a value: sessions, tabs, notifications, presence, and what `Microsoft.CIFramework` may do with them.
 * No page, no windows: `wire.js` carries calls to it, `pages/dynamics.js` draws it, tests drive it.
 *
 * Behaviour is what the documentation of CIF 2.0 says; every way to fail is a fault that can be switched on.
 */

import { FAULTS, failure } from "./host-faults.js";
import { METHODS } from "./host-methods.js";

export const HOME = "session-home";
/** Who owns a session: this panel, another provider, or nobody (home). */
export const OWN = "own";
export const FOREIGN = "foreign";
export const LIMITS = Object.freeze({ sessions: 10, notifications: 10, smallestWidth: 300, rows: 5_000 });
/** Calls and events that are kept for a look, the newest last. */
const LOG_LIMIT = 500;

export class HostModel {
  #changed;
  #send = () => {};
  #number = 0;
  #listeners = new Map();

  /** `changed()` after each change; `rows(entity, query)` answers lookups: a promise of `{rows, unknown}`. */
  constructor({ changed = () => {}, rows = async () => ({ rows: [] }), origin = location.origin, environment = {}, displayMs = 30_000 } = {}) {
    Object.assign(this, { rows, origin, displayMs });
    this.#changed = changed;
    this.faults = { ...FAULTS, hang: new Set(), refuse: new Map() };
    this.templates = {
      session: { patchbay_session: ["customer", "number", "channel"] },
      tab: { msdyn_entityrecord: ["entityName", "entityId"], msdyn_searchpage: ["searchText", "searchType"], msdyn_dashboard: [] },
      notification: { patchbay_offer: ["customer", "number", "queue", "channel"] },
    };
    this.presences = ["Available", "Busy", "Busy - DND", "Away", "Offline"];
    this.environment = {
      appid: "6d2f5bd2-51c1-4b84-b3b7-7f4d9e0a1c55", clientUrl: origin, appUrl: `${origin}/main.aspx?appid=6d2f5bd2`, orgLcid: 1033, orgUniqueName: "sandbox",
      userId: "2b1f0a3e-7b0c-4d6e-8f50-0a1b2c3d4e5f", userLcid: 1033, userName: "Ana Ruiz", username: "ana.ruiz@sandbox.example", orgGeo: "EUR",
      navigationType: 1, customParams: "{}", ...environment,
    };
    this.reset();
  }

  reset() {
    this.sessions = [{ id: HOME, owner: null, title: "", context: {}, tabs: [this.tab("msdyn_dashboard", {})], hasIndicator: false, activity: 0 }];
    this.sessions[0].front = this.sessions[0].tabs[0].id;
    this.focused = HOME;
    Object.assign(this, { mode: 1, width: 360, clickToAct: false, presence: "Available", notifications: [], calls: [], events: [], breaches: [] });
    this.change();
  }

  change() {
    this.#changed();
  }

  /** Who takes events: the library in the panel's frame. */
  connect(send) {
    this.#send = send;
  }

  id = (kind) => `${kind}-${(this.#number += 1)}`;

  session = (id) => this.sessions.find((one) => one.id === id) ?? null;
  get front() {
    return this.session(this.focused);
  }
  get own() {
    return this.sessions.filter((one) => one.owner === OWN);
  }
  get tabInFront() {
    return this.front.tabs.find((tab) => tab.id === this.front.front) ?? null;
  }

  /** A call of the library. Rejected as CIF would; some faults let it never end. */
  async call(method, args = []) {
    this.#keep(this.calls, { method, args, at: Date.now() });
    const { hang, refuse, lateMs } = this.faults;
    if (hang.has(method) || hang.has("*")) return new Promise(() => {});
    if (lateMs[method]) await new Promise((resolve) => setTimeout(resolve, lateMs[method]));
    if (refuse.has(method)) throw refuse.get(method);
    if (!Object.hasOwn(METHODS, method)) throw failure(`${method} is not supported.`, 100);
    const value = await METHODS[method](this, ...args);
    this.change();
    return value;
  }

  /** Results that are JSON text there, and objects where a version of the library has it so. */
  text = (value) => (this.faults.encoding === "object" ? value : JSON.stringify(value));

  /** Sends an event to the panel, in the encoding that is set. */
  emit(name, payload) {
    this.#keep(this.events, { name, payload });
    const { encoding } = this.faults;
    this.#send({ event: name, isMap: encoding === "map", payload: encoding === "text" ? JSON.stringify(payload) : payload });
  }

  /** A script of a page listens to what the panel raises. */
  on(name, listener) {
    this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener]);
  }

  /** `raiseEvent` of either side: the page's listeners and the panel's handlers get it. */
  raise(name, input, correlationId) {
    for (const listener of this.#listeners.get(name) ?? []) listener(new Map(Object.entries({ value: input, correlationId })));
    this.emit(name, { value: input, correlationId });
    return true;
  }

  // What somebody in front of the page does

  tab(templateName, parameters, title = "") {
    return { id: this.id("tab"), templateName, parameters, title, isOwn: true };
  }

  /** A session of another provider, such as one that messages come in by. */
  addForeign(title = "Other channel") {
    const tab = this.tab("msdyn_dashboard", {});
    this.sessions.push({ id: this.id("session"), owner: FOREIGN, title, context: {}, tabs: [tab], front: tab.id, hasIndicator: false, activity: 0 });
    this.change();
    return this.sessions.at(-1).id;
  }

  /** A tab that the agent opens. */
  addTab(parameters, templateName = "msdyn_entityrecord") {
    const tab = { ...this.tab(templateName, parameters), isOwn: false };
    this.front.tabs.push(tab);
    this.chooseTab(tab.id);
    return tab.id;
  }

  chooseSession(id) {
    const session = this.session(id);
    if (!session || this.focused === id) return;
    this.focused = id;
    session.hasIndicator = false;
    session.activity = 0;
    this.emit("onSessionSwitched", { sessionId: id, focussed: true, context: session.context });
    this.navigated();
    this.change();
  }

  chooseTab(id) {
    const session = this.front;
    if (!session.tabs.some((tab) => tab.id === id) || session.front === id) return;
    session.front = id;
    this.navigated();
    this.change();
  }

  closeTab(id) {
    const session = this.sessions.find((one) => one.tabs.some((tab) => tab.id === id));
    if (!session || session.tabs.length === 1) return false;
    const wasInFront = session.front === id;
    session.tabs = session.tabs.filter((tab) => tab.id !== id);
    if (wasInFront) session.front = session.tabs.at(-1).id;
    if (wasInFront && session === this.front) this.navigated();
    this.change();
    return true;
  }

  closeSession(id) {
    if (id === HOME) return;
    const session = this.session(id);
    this.sessions = this.sessions.filter((one) => one.id !== id);
    const isFront = this.focused === id;
    if (session?.owner === OWN) this.emit("onSessionClosed", { sessionId: id, context: session.context });
    if (isFront) {
      this.focused = null;
      this.chooseSession(HOME);
    }
    this.change();
  }

  /** The agent moves the panel himself. */
  chooseMode(mode) {
    this.mode = mode;
    this.emit("onmodechanged", { value: mode });
    this.change();
  }

  resize(px) {
    if (px < LIMITS.smallestWidth) return;
    this.width = px;
    this.emit("onsizechanged", { value: px });
    this.change();
  }

  /** A click on a telephone number; does nothing while click-to-act is off. */
  click(value, { name = "telephone1", format = "phone", entity = "contact", recordId, recordTitle } = {}) {
    if (!this.clickToAct) return false;
    this.emit("onclicktoact", { value, name, format, entityLogicalName: entity, ...(recordId ? { recordId } : {}), ...(recordTitle ? { recordTitle } : {}) });
    return true;
  }

  choosePresence(presenceText) {
    this.presence = presenceText;
    const info = { basePresenceStatus: 1, presenceColor: "green", presenceId: `p-${presenceText}`, presenceText };
    this.emit("onPresenceChange", this.faults.presenceByID ? { presenceId: info.presenceId } : { presenceInfo: info });
    this.change();
  }

  sendArticle(title, link) {
    this.emit("onsendkbarticle", { title, link });
  }

  /** What became of a notification: the agent's click, its time, or the queue's. */
  settle(token, actionName, responseReason) {
    const found = this.notifications.find((one) => one.token === token);
    if (!found) return false;
    this.notifications = this.notifications.filter((one) => one !== found);
    clearTimeout(found.timer);
    found.resolve(this.text({ value: { actionName, responseReason } }));
    this.change();
    return true;
  }

  address(tab = this.tabInFront) {
    const { entityName, entityId } = tab?.parameters ?? {};
    const query = entityId ? `pagetype=entityrecord&etn=${entityName}&id=${entityId}` : `pagetype=${tab?.templateName ?? "dashboard"}`;
    return `${this.origin}/main.aspx?appid=${this.environment.appid}&${query}`;
  }

  navigated() {
    this.emit("onpagenavigate", { value: this.address() });
  }

  #keep(list, entry) {
    list.push(entry);
    if (list.length > LOG_LIMIT) list.shift();
  }
}
