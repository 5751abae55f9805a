/**
 * The CRM page around the panel: is told what happens to the agent's work, opens records, and asks for calls.
 *
 * It lives as long as the page, signed in or not; what the page asks while nobody is signed in is answered `offline`.
 */

import { chooseLanguage, isLanguageChosen, language } from "../../../shared/js/i18n.js";
import { isThemeChosen } from "../../../shared/js/appearance.js";
import { addressOf, isMessaging } from "../model/calls.js";
import { activityLog } from "../model/log.js";
import { draftOf, isLeader, tasks } from "../model/state.js";
import { isFramed } from "./popup.js";

/** States that are an event of their own; everything else is `updated`. */
const NAMED = new Set(["offered", "accepted", "connected", "wrapup", "completed", "missed", "rejected", "cancelled", "transferred"]);
const POP_LIMIT_MS = 10_000;
/** A record opens so long after it was asked for, and not later: the agent is somewhere else by then. */
const POP_LIFE_MS = 60_000;

export class Host {
  app = null;
  #bridge = null;
  #BridgeError = Error;
  #stop = () => {};
  /** Pops that were sent: a snapshot or a second event does not repeat one. */
  #popped = new Set();
  #told = false;
  /** The record that the page shows. */
  current = null;

  /** `notice(code, detail)` says something about the CRM around to the agent. */
  constructor({ panelId, rebuild, panel, notice = () => {} }) {
    Object.assign(this, { panelId, rebuild, panel, notice });
  }

  /** Looks for the page around; without one nothing of this happens. */
  async connect() {
    if (!isFramed()) return;
    const [config, bridge] = await Promise.all([configuration(), import("../../../bridge/ccbridge-panel.js")]);
    this.#BridgeError = bridge.BridgeError;
    const local = isInDynamics() ? await this.#dynamics(config) : undefined;
    this.#bridge = bridge.connectHost({
      local,
      origins: config.origins ?? [],
      compatibilityOrigins: config.compatibilityOrigins ?? [],
      panelId: this.panelId,
      capabilities: ["dial", "control", "message", "presence"],
      snapshot: () => this.#snapshot(),
      handlers: {
        "dial.request": (data, meta) => this.#dial(data, meta),
        "control.request": (data) => this.#control(data),
        "message.request": (data) => this.#message(data),
        "presence.set": (data) => this.#presence(data),
      },
    });
    this.#listen();
    this.#tellAll();
  }

  /** Dynamics has an interface of its own instead of a page that speaks with us: an adapter in this page does. */
  async #dynamics({ cifOrigins: origins }) {
    const { crmOriginOf, startCIF } = await import("../../../bridge/cif-adapter.js");
    const crmOrigin = crmOriginOf({ origins, search: location.search, ancestor: location.ancestorOrigins?.[0] });
    return startCIF({ crmOrigin, onNotice: ({ code, detail }) => this.notice(code, detail) }).door;
  }

  get isConnected() {
    return this.#bridge?.state === "connected";
  }

  #can = (name) => this.isConnected && (this.#bridge.host?.capabilities ?? []).includes(name);

  /** Somebody has signed in, or nobody is any more. */
  attach(app) {
    this.#stop();
    this.app = app;
    this.#popped.clear();
    if (app) {
      app.host = this;
      app.dispatch({ type: "current", record: this.current });
      this.#stop = app.changes.on((change) => this.#tell(change));
    }
    this.#tellAll();
  }

  /** What is so now: after a connection, a sign-in, and whatever happened before there was a page to tell. */
  #tellAll() {
    const bridge = this.#bridge;
    if (!bridge) return;
    bridge.auth(Boolean(this.app));
    bridge.refresh();
    const { agent, lease, selected } = this.app?.state ?? {};
    if (!agent) return;
    bridge.presence({ ...presenceOf(agent), source: "server" });
    bridge.select(selected);
    if (lease.state !== "unknown") bridge.leader({ leader: lease.state === "leader", holderPanelId: lease.holder });
    this.#openWaiting();
  }

  /** Records that were asked for when nobody opened them: there was no page yet, or the panel that led is gone. */
  #openWaiting() {
    const { state } = this.app;
    if (!isLeader(state)) return;
    for (const pop of Object.values(state.pops)) if (!pop.result && this.app.now() - pop.since < POP_LIFE_MS) this.#open(pop);
  }

  /** Shows a record in the page; false when there is no page that can. */
  async openRecord(id) {
    const { record } = this.app.state.interactions[id] ?? {};
    if (!record || !this.#can("screenpop")) return false;
    await this.#pop({ interactionId: id, trigger: "manual", record });
    return true;
  }

  #snapshot() {
    const { agent, interactions, order } = this.app?.state ?? {};
    if (!agent) return { agent: null, state: "signed_out", interactions: [] };
    return { agent: { id: agent.agentId, name: agent.name ?? "" }, state: "ready", interactions: order.map((id) => interactions[id]) };
  }

  // What the page is told

  #tell({ before, event }) {
    const bridge = this.#bridge;
    const { state } = this.app;
    if (!bridge) return;
    if (event.type === "interaction") this.#tellInteraction(before, event.interaction);
    if (event.type === "snapshot") bridge.refresh();
    if (before.selected !== state.selected) bridge.select(state.selected);
    if (event.type === "view" && before.view !== state.view && this.#can("panel")) bridge.setPanel({ mode: "dock" }).catch(() => {});
    if (before.agent?.activity !== state.agent?.activity && state.agent) bridge.presence({ ...presenceOf(state.agent), source: "server" });
    if (before.lease !== state.lease && state.lease.state !== "unknown") bridge.leader({ leader: isLeader(state), holderPanelId: state.lease.holder });
    if (!isLeader(before)) this.#openWaiting();
    if (event.type === "pop" && isLeader(state)) this.#open(event.pop);
    if (event.type === "popped" && event.record && !this.#told) {
      bridge.chooseRecord(event.id, event.record);
      if (this.#can("screenpop")) this.#pop({ interactionId: event.id, trigger: "manual", record: event.record });
    }
  }

  #tellInteraction(before, interaction) {
    const id = interaction.interactionId;
    const was = before.interactions[id];
    const now = this.app.state.interactions[id];
    const isOver = Boolean(was) && !now;
    if (now === was && !isOver) return;
    const isNamed = NAMED.has(interaction.state) && was?.state !== interaction.state;
    this.#bridge.interaction(isNamed ? interaction.state : "updated", interaction);
    if (interaction.state === "offered" && !was && isLeader(this.app.state) && this.#can("panel")) this.#bridge.setPanel({ mode: "dock" }).catch(() => {});
    if (isOver && isLeader(this.app.state) && this.#can("log")) this.#bridge.saveLog(activityLog(interaction, before.holds[id]), `${id}:${interaction.revision ?? 0}`).catch(() => {});
  }

  async #open(pop) {
    if (this.#popped.has(pop.popId) || !this.#can("screenpop")) return;
    this.#popped.add(pop.popId);
    const { popId, interactionId, trigger, record, matches: candidates, query, defaults } = pop;
    const began = performance.now();
    const result = await this.#pop({ interactionId, trigger, record: record ?? undefined, candidates, query, defaults });
    const { app } = this;
    if (!app) return;
    app.commands.popped(popId, { outcome: result.outcome, record: result.record, latencyMs: Math.round(performance.now() - began) }).catch(() => {});
    if (result.record && result.record.id !== record?.id) await this.#quietly(() => app.setRecord(interactionId, result.record, result.outcome));
    else if (result.outcome === "opened") await this.#quietly(() => app.dispatch({ type: "popped", id: interactionId, record: result.record ?? record, outcome: "opened" }));
  }

  async #pop(request) {
    try {
      return await this.#bridge.screenPop(request, { timeoutMs: POP_LIMIT_MS });
    } catch {
      return { outcome: "failed" };
    }
  }

  /** What came from the page is not told to the page again. */
  async #quietly(run) {
    this.#told = true;
    try {
      await run();
    } finally {
      this.#told = false;
    }
  }

  // What the page says and asks

  #listen() {
    const on = (name, listener) => this.#bridge.on(name, (data) => this.app && listener(data));
    on("interaction.selected", ({ interactionId }) => interactionId && this.app.select(interactionId));
    on("record.choose", ({ interactionId, record }) => this.app.state.interactions[interactionId] && this.#quietly(() => this.app.setRecord(interactionId, record)));
    this.#bridge.on("record.current", ({ record }) => this.#show(record));
    on("disposition.options", (options) => this.app.dispatch({ type: "codes", ...options }));
    on("article.insert", ({ title, link }) => this.#insert(`${title} ${link}`));
    this.#bridge.on("state", ({ state }) => state === "connected" && this.#tellAll());
    this.#bridge.on("host", (host) => this.#adopt(host));
    if (this.#bridge.host) this.#adopt(this.#bridge.host);
  }

  /** The page shows a record, signed in or not: what is dialled or noted next is probably about it. */
  #show(record) {
    this.current = record;
    this.app?.dispatch({ type: "current", record });
  }

  /** Colours and language of the page, unless this person has chosen others here. */
  async #adopt({ theme, locale }) {
    const root = document.documentElement;
    if (!isThemeChosen()) {
      if (["light", "dark"].includes(theme?.mode)) root.dataset.theme = theme.mode;
      else delete root.dataset.theme;
    }
    const wanted = String(locale ?? "").slice(0, 2).toLowerCase();
    if (!wanted || wanted === language() || isLanguageChosen()) return;
    await chooseLanguage(wanted, { isKept: false });
    this.rebuild();
  }

  async #dial({ number, region, extension, record, callerId, autoPlace }, { id }) {
    const { app } = this;
    if (!app?.state.agent) return { status: "refused", reason: "offline" };
    if (app.state.lease.state === "other") return { status: "refused", reason: "not_leader" };
    const given = { region, extension, record, callerId };
    if (!autoPlace || app.state.agent.requiresConfirm) {
      this.panel()?.confirmDial(number, given);
      return { status: "confirm", e164: number };
    }
    return dialResult(await app.dial({ number, ...given, nonce: id, origin: "crm" }));
  }

  async #control({ interactionId, action, digits, target, mode }) {
    const { app } = this;
    if (!app) throw this.#error("offline", "Nobody is signed in.");
    if (!app.state.interactions[interactionId]) throw this.#error("not_found", "The agent has no such interaction.");
    try {
      if (action === "complete") await app.commands.wrapup(interactionId, draftOf(app.state, app.state.interactions[interactionId]), true);
      else await app.commands.act(interactionId, action, { digits, target, mode });
      return { interactionId, status: "done" };
    } catch (error) {
      if (!("hint" in error)) throw error;
      app.heard(error);
      const code = { 403: "denied", 404: "not_found", 409: "conflict", 422: "bad_schema", 429: "rate_limited" }[error.status] ?? "internal";
      throw this.#error(code, error.message || "The server refused it.", { retryable: error.status === 0 || error.status >= 500 });
    }
  }

  /** There is no new conversation out of the panel: one that is open with this person gets the text, for the agent to send. */
  #message({ channel, to, body }) {
    const { app } = this;
    if (!app?.state.agent) return { status: "refused", reason: "offline" };
    const found = tasks(app.state).find((one) => isMessaging(one) && one.channel === channel && [addressOf(one), one.from, one.to].includes(to));
    if (!found) return { status: "refused", reason: "not_found", detail: "No open conversation with this address." };
    app.select(found.interactionId);
    if (body) app.draft(found.interactionId, { text: body });
    return { status: "opened", interactionId: found.interactionId };
  }

  async #presence({ presence }) {
    const { app } = this;
    const wanted = (app?.state.agent?.activities ?? []).find((one) => one.name.toLowerCase() === presence.toLowerCase());
    if (!wanted) throw this.#error(app ? "not_found" : "offline", "The agent has no such activity.");
    await app.setActivity(wanted.name);
    return { ...presenceOf(app.state.agent), source: "crm" };
  }

  #insert(line) {
    const { state } = this.app;
    const one = state.interactions[state.selected];
    if (!one || !isMessaging(one)) return;
    const { text } = draftOf(state, one);
    this.app.draft(one.interactionId, { text: [text.trim(), line].filter(Boolean).join("\n") });
  }

  #error(code, message, options) {
    return new this.#BridgeError(code, message, options);
  }
}

/** The address that an administrator enters as the channel's in Dynamics. */
const isInDynamics = () => /\/panel\/cif\/?$/.test(location.pathname);

const presenceOf = ({ activity, sinceTs }) => ({ presence: activity.name, available: activity.available, sinceTs });

const REASONS = new Set(["busy", "offline", "not_leader", "invalid_number", "blocked", "no_permission", "rate_limited", "expired", "crm_down"]);

function dialResult({ phase, status, e164, interactionId, reason, detail, remedy }) {
  if (phase === "accepted") return { status, e164, interactionId };
  const isAway = String(reason).endsWith("bus_unavailable") || reason === "http_0";
  return { status: "refused", reason: isAway ? "crm_down" : REASONS.has(reason) ? reason : "internal", detail: detail || undefined, remedy: remedy || undefined };
}

async function configuration() {
  try {
    const response = await fetch("/v1/panel/config", { cache: "no-store" });
    return response.ok ? await response.json() : {};
  } catch {
    return {};
  }
}
