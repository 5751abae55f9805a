/**
 * The panel's side of `ccbridge` v1: knocks at the page around it, speaks with a host at a configured origin and with nobody
 * else. Used by Patchbay's panel and by the Flex plug-in. Options and what comes back: ccbridge-panel.d.ts.
 */

import { electLeader } from "./leader.js";
import { Cast } from "./panel/cast.js";
import { Compatibility } from "./panel/compat.js";
import { InPageKnock } from "./panel/inpage.js";
import { Knock } from "./panel/knock.js";
import { Channel } from "./protocol/channel.js";
import { Emitter } from "./protocol/emitter.js";
import { exactOrigin } from "./protocol/envelope.js";
import { BridgeError } from "./protocol/errors.js";
import { SchemaError } from "./protocol/schema.js";

export { BridgeError, electLeader };

const CAPABILITIES = ["interactions", "dial", "message", "control", "presence", "leader"];
const EVENTS = [
  "state", "host", "interaction.selected", "record.choose", "record.current", "article.insert", "disposition.options", "panel.changed",
  "presence.changed", "unloading", "problem",
];

/** Begins to knock. In a page that nothing frames, or that nobody may frame, the bridge does nothing. */
export function connectHost(options) {
  return new PanelBridge(options);
}

class PanelBridge {
  state = "connecting";
  host = null;
  #options;
  #events = new Emitter();
  #cast = new Cast();
  #channel;
  #knock = null;
  #compatibility = null;
  #isFresh = true;
  #selected;
  #presence = "";
  #present = null;
  #leader;
  #unload = () => this.#send("unloading", { reason: "panel" });
  #wake = () => this.#knockAgain();

  constructor(options) {
    this.#options = { parent: window.parent, panelId: crypto.randomUUID(), capabilities: CAPABILITIES, handlers: {}, ...options };
    const origins = this.#reachable(options.origins ?? []);
    const compatible = this.#reachable(options.compatibilityOrigins ?? []).filter((origin) => origins.includes(origin));
    this.#channel = new Channel("panel", {
      answerers: this.#answerers(),
      event: (type, data) => this.#receive(type, data),
      lost: (code) => this.#lost(code),
      gap: () => {},
      problem: (error) => this.#events.emit("problem", error),
    });
    if (this.#options.local) this.#beginInPage(this.#options.local);
    else if (this.#options.parent === window) this.state = "standalone";
    else if (origins.length === 0) this.state = "unreachable";
    else this.#begin(origins, compatible);
  }

  on(name, listener) {
    if (!EVENTS.includes(name)) throw new TypeError(`there is no event of that name; there are ${EVENTS.join(", ")}`);
    return this.#events.on(name, listener);
  }

  /** Tells what happened to an interaction; false when nobody could be told now. Does not throw. */
  interaction(event, interaction) {
    return this.#guard(() => {
      const told = this.#cast.tell(event, interaction);
      this.#compatibility?.interaction(event, told.interaction);
      return told.type !== null && this.#channel.send(told.type, told.data);
    });
  }

  /** The interaction that the agent looks at here. */
  select(interactionId) {
    if (interactionId === this.#selected) return false;
    this.#selected = interactionId;
    this.#compatibility?.select(interactionId);
    return this.#send("interaction.selected", { interactionId });
  }

  screenPop = (data, options) => this.request("screenpop.request", data, options);
  match = (data, options) => this.request("match.request", data, options);
  createRecord = (data, options) => this.request("record.create", data, options);
  saveLog = (log, idempotencyKey, options) => this.request("log.save", { log, idempotencyKey }, options);
  setPanel = (data, options) => this.request("panel.set", data, options);
  tab = (action, data, options) => this.request(`tab.${action}`, data, options);
  notify = (data, options) => this.request("notify.show", data, { timeoutMs: (data.timeoutMs ?? 0) + 5_000, ...options });

  openLog = (data) => this.#send("log.open", data);
  cancelNotify = (token) => this.#send("notify.cancel", { token });
  auth = (signedIn) => this.#send("auth.changed", { signedIn });
  dispositions = (data) => this.#send("disposition.options", data);
  chooseRecord = (interactionId, record) => this.#send("record.choose", { interactionId, record });
  analytics = (data) => this.#send("analytics.event", data);

  leader(data) {
    this.#leader = data;
    return this.#send("leader.changed", data);
  }

  /** Presence as it is now. The same one again is not told again: two sides must not answer each other for ever. */
  presence(data) {
    const key = JSON.stringify([data.presence, data.available]);
    if (key === this.#presence) return false;
    this.#presence = key;
    this.#present = { source: "panel", ...data };
    return this.#send("presence.changed", this.#present);
  }

  /** Asks the host; rejected with a `BridgeError`. In a page without a host: at once. */
  request(type, data, options) {
    if (!["connecting", "connected", "lost"].includes(this.state)) {
      return Promise.reject(new BridgeError("not_ready", `There is no host to ask: ${this.state}.`, { retryable: false }));
    }
    return this.#channel.requests.ask(type, data, options);
  }

  /** Tells everything again: after sign-in, after sign-out, and when the server's stream had a gap. */
  refresh() {
    return this.#guard(() => this.#channel.send("state.snapshot", { ...this.#snapshot(), lastSeq: this.#channel.sent }));
  }

  stats() {
    return this.#channel.counts;
  }

  close() {
    this.#unload();
    window.removeEventListener("pagehide", this.#unload);
    for (const [target, name] of WAKERS) target().removeEventListener(name, this.#wake);
    this.#knock?.close();
    this.#compatibility?.close();
    this.#channel.detach();
    this.#channel.requests.close();
    this.#change("closed");
  }

  /** The host is in this document: no window, no origin but our own. */
  #beginInPage(door) {
    window.addEventListener("pagehide", this.#unload);
    for (const [target, name] of WAKERS) target().addEventListener(name, this.#wake);
    this.#knock = new InPageKnock(door, {
      hello: () => this.#hello(),
      welcome: (data, port) => this.#welcome(data, port, location.origin),
      gaveUp: (code) => this.#change("unreachable", code),
    });
    this.#knock.start();
  }

  #begin(origins, compatible) {
    const { parent } = this.#options;
    const count = (name) => this.#channel.count(name);
    window.addEventListener("pagehide", this.#unload);
    for (const [target, name] of WAKERS) target().addEventListener(name, this.#wake);
    // An unmodified page would stumble over knocks it does not know: there only a page that says it can is knocked at.
    const knocked = new URLSearchParams(location.search).has("ccbridge") ? origins : origins.filter((origin) => !compatible.includes(origin));
    if (compatible.length > 0) {
      const hooks = { dial: (number, origin) => this.#dialCompatibly(number, origin), isReplaced: () => this.host !== null, count };
      this.#compatibility = new Compatibility({ parent, origins: compatible, hooks, agent: () => this.#options.snapshot?.().agent });
    }
    if (knocked.length === 0) {
      this.state = "compatible";
      return;
    }
    this.#knock = new Knock({ parent, origins: knocked, hooks: {
      hello: () => this.#hello(),
      welcome: (data, port, origin) => this.#welcome(data, port, origin),
      rejected: (code) => this.#change("rejected", code),
      gaveUp: () => this.#change("unreachable", "timeout"),
      count,
    } });
    this.#knock.start();
  }

  /** Exact origins; only the parent's own, where the browser tells which that is. */
  #reachable(origins) {
    const exact = origins.filter((origin) => exactOrigin(origin) !== null);
    const around = this.#options.ancestor === undefined ? location.ancestorOrigins?.[0] : this.#options.ancestor;
    return (around ?? null) === null ? exact : exact.filter((origin) => origin === around);
  }

  #answerers() {
    const answerer = (type) => (data, meta) =>
      this.#options.handlers[type](data, { ...meta, origin: this.host?.origin ?? "", isCompatible: false });
    const answerers = Object.fromEntries(Object.keys(this.#options.handlers).map((type) => [type, answerer(type)]));
    return { ...answerers, "snapshot.request": () => ({ ...this.#snapshot(), lastSeq: this.#channel.sent }) };
  }

  async #dialCompatibly(number, origin) {
    try {
      const data = { number, autoPlace: true };
      await this.#options.handlers["dial.request"]?.(data, { id: crypto.randomUUID(), origin, isCompatible: true });
    } catch (error) {
      this.#events.emit("problem", BridgeError.from(error));
    }
  }

  #hello() {
    const { sid, received } = this.#channel;
    const { panelId, capabilities } = this.#options;
    return { panelId, capabilities, isFresh: this.#isFresh, ...(sid === null ? {} : { sid, lastSeq: received }) };
  }

  #welcome(data, port, origin) {
    const channel = this.#channel;
    // A new document takes over the session that the host has kept for it: where third-party cookies are blocked, a framed page
    // has nowhere to remember one.
    const isResumed = data.sid === channel.sid && data.resumeFrom !== undefined;
    const isFresh = this.#isFresh || !isResumed;
    if (!isResumed) channel.begin(data.sid);
    const seen = data.resumeFrom ?? 0;
    if (isFresh || channel.sent < seen) channel.sent = Math.max(channel.sent, seen);
    channel.received = Math.max(channel.received, data.seq);
    channel.version = data.v;
    const replays = !isFresh && channel.canReplay(seen);
    this.#isFresh = false;
    this.host = { origin, user: data.user ?? null, locale: data.locale ?? null, theme: data.theme ?? null, defaultRegion: data.defaultRegion ?? null, capabilities: data.capabilities };
    channel.attach(port);
    this.#ready(replays, seen);
    channel.open();
    this.#change("connected");
    this.#events.emit("host", this.host);
  }

  #ready(replays, seen) {
    const snapshot = this.#snapshot();
    const data = { agent: snapshot.agent, state: snapshot.state, ...(replays ? {} : { snapshot }) };
    this.#send("ready", data, { seq: replays ? seen : this.#channel.sent });
    if (replays) this.#channel.replay(seen);
    if (replays) return;
    if (this.#leader) this.#send("leader.changed", this.#leader);
    if (this.#selected !== undefined) this.#send("interaction.selected", { interactionId: this.#selected });
    if (this.#present) this.#send("presence.changed", this.#present);
  }

  #snapshot() {
    const given = this.#options.snapshot?.() ?? { agent: null, interactions: [] };
    return this.#cast.snapshot(given, (error) => this.#events.emit("problem", asProblem(error)));
  }

  #receive(type, data) {
    if (type === "interaction.selected") this.#selected = data.interactionId;
    if (EVENTS.includes(type)) this.#events.emit(type, data);
  }

  #lost(code) {
    if (code === "unloading") this.#events.emit("unloading", {});
    this.#change("lost", code);
    this.#knock.start();
  }

  /** A page that comes back from the background or from the network's absence tries once more. */
  #knockAgain() {
    if (document.visibilityState !== "visible" || !this.#knock) return;
    if (this.state !== "unreachable") return;
    this.#change("connecting");
    this.#knock.start();
  }

  #send(type, data, extra) {
    return this.#guard(() => this.#channel.send(type, data, extra));
  }

  #guard(action) {
    try {
      return action();
    } catch (error) {
      this.#events.emit("problem", asProblem(error));
      return false;
    }
  }

  #change(state, code) {
    if (this.state === state) return;
    this.state = state;
    this.#events.emit("state", code ? { state, code } : { state });
  }
}

const WAKERS = [[() => document, "visibilitychange"], [() => window, "pageshow"], [() => window, "online"]];

const asProblem = (error) =>
  error instanceof SchemaError ? new BridgeError("bad_schema", `${error.message}.`, { retryable: false }) : BridgeError.from(error);
