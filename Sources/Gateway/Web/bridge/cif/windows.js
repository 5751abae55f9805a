/**
 * Tabs and sessions of the CRM, one of them for each interaction. Only what was made here is ever closed, and only by the
 * identifier that the CRM gave back when it was made.
 *
 * Foreign sessions take no call of ours: what cannot be opened now is kept and opened when the agent comes back.
 */

import { guidOf, idOf, isSameRecord, listOf, objectOf, recordOf, slugText, truthOf, unpacked, field } from "./values.js";

/** What a session of ours knows of our interactions, for a frame that may not keep anything. */
const CONTEXT_KEY = "patchbay_tabs";
/** A tab or a session that we focus tells of it; that is no wish of the agent's. In milliseconds. */
const ECHO_MS = 2_000;
/** Records that wait for a session of ours to come to the front. */
const WAITING_LIMIT = 10;

export class Windows {
  #cif;
  #book;
  #settings;
  #tell;
  #chains = new Map();
  #waiting = new Map();
  #echoes = [];
  #default = null;

  /** `tell(code, detail)` tells the agent. */
  constructor({ cif, book, settings, tell }) {
    this.#cif = cif;
    this.#book = book;
    this.#settings = settings;
    this.#tell = tell;
  }

  /** Shows the record in the interaction's tab. Rejected with a `CIFError`. */
  open(interaction, record) {
    return this.#inTurn(interaction.interactionId, () => this.#open(interaction, record));
  }

  /** Brings the interaction's tab to the front; false when it has none. */
  focus(interactionId) {
    return this.#inTurn(interactionId, async () => {
      const entry = this.#book.get(interactionId);
      return Boolean(entry) && this.#focus(entry);
    });
  }

  /** The interaction is over: its tab goes, unless it should stay. */
  close(interactionId) {
    this.#waiting.delete(interactionId);
    return this.#inTurn(interactionId, async () => {
      const entry = this.#book.get(interactionId);
      this.#chains.delete(interactionId);
      if (!entry) return;
      this.#book.forget(interactionId);
      if (entry.tabId && this.#settings.closeTabs) await this.#closeTab(entry.tabId);
      await this.#keep(entry.sessionId);
    });
  }

  /** A session of ours that shows the panel where home does not. */
  async openDefault() {
    if (this.#default || !(await this.#canCreate())) return;
    this.#default = await this.#createSession({ customer: "Patchbay", number: "", channel: "" }, {});
  }

  /** Interactions with a tab or a session, and whether one of them is from before a reload. */
  known = () => this.#book.all.map((entry) => entry.interactionId);
  isRestored = (interactionId) => Boolean(this.#book.get(interactionId)?.isRestored);

  /** The interaction whose tab is in front, as after a reload. */
  async inFront() {
    if (this.#book.all.length === 0) return null;
    return this.#book.byTab(await this.#focusedTab())?.interactionId ?? null;
  }

  /** What the CRM brought to the front: the interaction that it belongs to, unless we did it ourselves; null for none. */
  async switched(sessionId) {
    if (sessionId && this.#waiting.size > 0) await this.#openWaiting();
    const entries = this.#book.ofSession(sessionId);
    if (entries.length === 0) return null;
    const entry = entries.length === 1 ? entries[0] : this.#book.byTab(await this.#focusedTab());
    return entry && !this.#isEcho((echo) => echo.interactionId === entry.interactionId) ? entry.interactionId : null;
  }

  /** The interaction whose tab shows this record now. */
  async navigated(record) {
    // The event comes before the answer of the call that caused it.
    if (this.#isEcho((echo) => isSameRecord(echo.record, record))) return null;
    const entries = this.#book.all.filter((entry) => isSameRecord(entry.record, record));
    const entry = entries.length === 1 ? entries[0] : entries.length > 1 ? this.#book.byTab(await this.#focusedTab()) : null;
    return entry?.interactionId ?? null;
  }

  /** A session was closed: what it held is gone. Gives back whether it was the one that shows the panel. */
  sessionClosed(sessionId) {
    for (const { interactionId } of this.#book.ofSession(sessionId)) this.#book.forget(interactionId);
    const wasDefault = sessionId === this.#default;
    if (wasDefault) this.#default = null;
    return wasDefault;
  }

  /** After a reload: what was remembered and is still there. */
  async restore() {
    const remembered = this.#book.recall();
    const sessions = listOf(await this.#cif.call("getAllSessions").catch(() => [])).map(idOf).filter(Boolean);
    if (!this.#book.isKept || remembered.length === 0) await this.#readContexts(sessions);
    const isFree = (id) => this.#settings.layout === "tab" || this.#book.ofSession(id).length === 0;
    this.#default = sessions.find(isFree) ?? null;
    for (const entry of this.#book.all) if (entry.sessionId && !sessions.includes(entry.sessionId)) this.#book.forget(entry.interactionId);
    const tabs = await this.#tabsInFront();
    const front = await this.#focusedSession();
    if (!tabs) return;
    for (const entry of this.#book.all) if (entry.sessionId === front && entry.tabId && !tabs.includes(entry.tabId)) this.#book.forget(entry.interactionId);
  }

  async #open(interaction, record) {
    const { interactionId } = interaction;
    const entry = this.#book.get(interactionId);
    if (entry?.tabId && isSameRecord(entry.record, record) && (await this.#focus(entry))) return { tabId: entry.tabId };
    const place = await this.#place(interaction, entry, record);
    const tabId = await this.#createTab(interaction, record, place);
    this.#book.put({ interactionId, sessionId: place, tabId, record });
    if (entry?.tabId && entry.tabId !== tabId && this.#settings.closeTabs) await this.#closeTab(entry.tabId);
    await this.#keep(place);
    return { tabId };
  }

  /** The session in which a tab opens now: one of ours, or null for the home session. */
  async #place(interaction, entry, record) {
    const front = await this.#focusedSession();
    if (this.#settings.layout !== "session") return front;
    if (entry?.sessionId) return this.#reach(entry.sessionId, front, interaction, record);
    if (!(await this.#canCreate())) {
      this.#tell("session_cap");
      return front;
    }
    const customer = interaction.customer?.name || interaction.customer?.phone || interaction.from;
    const made = await this.#createSession({ customer, number: interaction.from, channel: interaction.channel }, { patchbay_interaction: interaction.interactionId });
    if (made === null) return front;
    this.#book.put({ interactionId: interaction.interactionId, sessionId: made, tabId: null, record });
    return this.#reach(made, await this.#focusedSession(), interaction, record);
  }

  /** A session cannot be brought to the front, only ask for it: then the record waits there. */
  async #reach(sessionId, front, interaction, record) {
    if (sessionId === front) return sessionId;
    await this.#cif.call("requestFocusSession", sessionId).catch(() => {});
    throw this.#later(interaction, record, "session_waits");
  }

  async #createTab(interaction, record, sessionId) {
    const { interactionId } = interaction;
    const input = { templateName: this.#settings.tabTemplate, templateParameters: { entityName: record.entity, entityId: record.id }, isFocused: true };
    const late = (value) => this.#adopt(interactionId, sessionId, record, idOf(value));
    this.#expect(interactionId, record);
    try {
      return idOf(await this.#cif.run("createTab", [input], { late }));
    } catch (error) {
      if (error.kind !== "refused" || (await this.#focusedSession()) !== null) throw error;
      throw Object.assign(this.#later(interaction, record, "foreign_session"), { cause: error });
    }
  }

  /** A tab that came after its time: the interaction's if that has none, else nobody's. */
  #adopt(interactionId, sessionId, record, tabId) {
    if (!tabId) return;
    const entry = this.#book.get(interactionId);
    if (entry?.tabId || !this.#chains.has(interactionId)) void this.#closeTab(tabId);
    else this.#book.put({ interactionId, sessionId, tabId, record });
  }

  #later(interaction, record, code) {
    this.#waiting.set(interaction.interactionId, { interaction, record });
    if (this.#waiting.size > WAITING_LIMIT) this.#waiting.delete(this.#waiting.keys().next().value);
    this.#tell(code);
    return new Waits();
  }

  async #openWaiting() {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { interaction, record } of waiting) await this.open(interaction, record).catch(() => {});
  }

  async #createSession({ customer, number, channel }, context) {
    const parameters = { customer: slugText(customer), number: slugText(number, 32), channel: slugText(channel, 16) };
    const input = { templateName: this.#settings.sessionTemplate, templateParameters: parameters, context };
    return idOf(await this.#cif.run("createSession", [input]));
  }

  async #canCreate() {
    const own = listOf(await this.#cif.call("getAllSessions").catch(() => []));
    if (own.length >= this.#settings.maxSessions) return false;
    return truthOf(await this.#cif.call("canCreateSession").catch(() => false)) === true;
  }

  async #focus(entry) {
    const front = await this.#focusedSession();
    if (entry.sessionId && entry.sessionId !== front) {
      await this.#cif.call("requestFocusSession", entry.sessionId).catch(() => {});
      return true;
    }
    if (!entry.tabId) return Boolean(entry.sessionId);
    const tabs = await this.#tabsInFront();
    if (tabs && !tabs.includes(entry.tabId)) return this.#gone(entry);
    this.#expect(entry.interactionId, entry.record);
    try {
      await this.#cif.call("focusTab", entry.tabId);
      return true;
    } catch (error) {
      return error.kind === "refused" && front === entry.sessionId && front !== null ? this.#gone(entry) : false;
    }
  }

  /** The agent has closed it. */
  #gone(entry) {
    this.#book.forget(entry.interactionId);
    return false;
  }

  async #closeTab(tabId) {
    await this.#cif.call("closeTab", tabId).catch(() => {});
  }

  async #focusedSession() {
    return idOf(unpacked(await this.#cif.call("getFocusedSession").catch(() => null)));
  }

  async #focusedTab() {
    return idOf(unpacked(await this.#cif.call("getFocusedTab").catch(() => null)));
  }

  /** Tabs of the session in front; null when the CRM does not say. */
  async #tabsInFront() {
    if (!this.#cif.can("getTabs")) return null;
    const tabs = await this.#cif.call("getTabs").catch(() => null);
    return tabs === null ? null : listOf(tabs).map((tab) => idOf(tab) ?? idOf(field(objectOf(tab), "tabId", "id")));
  }

  /** Where the frame may keep nothing, the session keeps it. */
  async #keep(sessionId) {
    if (this.#book.isKept || !sessionId) return;
    const context = { [CONTEXT_KEY]: JSON.stringify(this.#book.plain(this.#book.ofSession(sessionId))) };
    await this.#cif.call("updateContext", context, sessionId, false).catch(() => {});
  }

  async #readContexts(sessions) {
    const read = await Promise.all(sessions.map((id) => this.#cif.call("getSession", id).catch(() => null)));
    for (const [index, session] of read.entries()) {
      const context = objectOf(field(objectOf(session), "context"));
      const entries = listOf(field(context, CONTEXT_KEY) ?? []).map((entry) => ({ ...entry, sessionId: sessions[index] }));
      const interactionId = idOf(field(context, "patchbay_interaction"));
      this.#book.take(interactionId && entries.length === 0 ? [{ interactionId, sessionId: sessions[index] }] : entries);
    }
  }

  #expect(interactionId, record) {
    this.#echoes.push({ interactionId, record, until: performance.now() + ECHO_MS });
  }

  /** Whether one of our own commands caused what came; each causes one event. */
  #isEcho(fits) {
    this.#echoes = this.#echoes.filter((echo) => echo.until > performance.now());
    const index = this.#echoes.findIndex(fits);
    if (index >= 0) this.#echoes.splice(index, 1);
    return index >= 0;
  }

  /** What is asked for one interaction happens one after the other; a failure does not stop the next. */
  #inTurn(interactionId, work) {
    const turn = (this.#chains.get(interactionId) ?? Promise.resolve()).then(work, work);
    this.#chains.set(interactionId, turn);
    turn.catch(() => {});
    return turn;
  }
}

/** The record opens as soon as the agent comes back to a session of ours. */
export class Waits extends Error {
  name = "Waits";
}

/** The record that an address of the CRM shows; null for every other page, and for addresses elsewhere. */
export function recordAt(value, origin) {
  try {
    const url = new URL(String(value));
    if (url.origin !== origin) return null;
    const parameters = url.searchParams;
    const id = guidOf(parameters.get("id") ?? "");
    return id ? recordOf({ entity: parameters.get("etn") ?? "", id }) : null;
  } catch {
    return null;
  }
}
