/**
 * Puts Patchbay's agent panel into a page of a CRM and speaks `ccbridge` v1 with it.
 *
 *     import { mountPanel } from "https://patchbay.example/bridge/ccbridge-host.js";
 *     const panel = mountPanel({ element: "#patchbay", panel: "https://patchbay.example", onScreenPop: ({ record }) => show(record) });
 *     button.onclick = () => panel.dial("+34 600 123 456");
 *
 * Texts that arrive are texts: show them with `textContent`, never as markup.
 */

import { answerersOf, capabilitiesOf } from "./host/handlers.js";
import { Door } from "./host/door.js";
import { createFrame, elementOf } from "./host/frame.js";
import { InPageDoor } from "./host/inpage.js";
import { Mirror } from "./host/mirror.js";
import { Channel } from "./protocol/channel.js";
import { Emitter } from "./protocol/emitter.js";
import { exactOrigin } from "./protocol/envelope.js";
import { BridgeError } from "./protocol/errors.js";
import { Memory } from "./protocol/memory.js";
import { WINDOW_MESSAGES } from "./protocol/messages.js";

export { BridgeError, InPageDoor };

const EVENTS = [
  "state", "auth", "agent", "interaction", "snapshot", "selected", "recordChosen", "presence", "leader", "dispositions", "analytics",
  "problem", "logOpen", "notifyCancel",
];
const capital = (name) => name[0].toUpperCase() + name.slice(1);

/** Creates the frame and begins to listen. Options and what comes back: ccbridge-host.d.ts. Throws `TypeError` on wrong options. */
export function mountPanel(options) {
  return new HostBridge(options);
}

/** A host in the panel's own document, for a CRM with an interface of its own. The panel comes in by `door`: `connectHost({ local: door })`. */
export function hostInPage(options, door) {
  return new HostBridge({ ...options, panel: location.origin, storage: null }, door);
}

class HostBridge {
  state = "connecting";
  leader = null;
  capabilities = [];
  #options;
  #events = new Emitter();
  #mirror = new Mirror();
  #door;
  #channel;
  #memory;
  #selected;
  #current = null;
  #hasToTell = false;
  #isCatchingUp = false;
  #unload = () => this.#channel.isConnected && this.#channel.send("unloading", { reason: "host" });
  #becomesReady;

  constructor(options, inPage = null) {
    const origin = exactOrigin(options.panel);
    if (!origin) throw new TypeError("panel must be an exact origin: https://host[:port], or http on this machine");
    this.#options = { path: "/panel/", title: "Patchbay", locale: document.documentElement.lang || undefined, ...options };
    checkIntroduction(this.#options);
    for (const name of EVENTS) {
      const listener = options[`on${capital(name)}`];
      if (listener) this.#events.on(name, listener);
    }
    this.ready = new Promise((resolve) => (this.#becomesReady = resolve));
    this.iframe = inPage ? null : createFrame({ ...this.#options, origin, element: elementOf(options.element) });
    const answerers = answerersOf(this.#options, this.iframe);
    this.#channel = new Channel("host", {
      answerers,
      event: (type, data) => this.#receive(type, data),
      lost: (code) => this.#change("lost", code),
      gap: () => this.#catchUp(),
      problem: (error) => this.#events.emit("problem", error),
      changed: () => this.#remember(),
    });
    this.#memory = new Memory(`host.${origin}`, () => (options.storage === undefined ? sessionStorage : options.storage));
    this.#recall();
    const hooks = {
      hello: (data, version, answer) => this.#welcome(data, version, answer, capabilitiesOf(answerers)),
      rejected: (code) => this.#change("rejected", code),
      count: (name) => this.#channel.count(name),
    };
    this.#door = inPage ? inPage.open(hooks) : new Door(this.iframe, origin, hooks);
    window.addEventListener("pagehide", this.#unload);
  }

  get sid() {
    return this.#channel.sid;
  }

  get agent() {
    return this.#mirror.agent;
  }

  get interactions() {
    return this.#mirror.interactions;
  }

  on(name, listener) {
    if (!EVENTS.includes(name)) throw new TypeError(`there is no event of that name; there are ${EVENTS.join(", ")}`);
    return this.#events.on(name, listener);
  }

  dial(number, { timeoutMs, ...options } = {}) {
    const data = { number: String(number), autoPlace: true, ...options };
    data.region ??= this.#options.defaultRegion;
    return this.#ask("dial.request", data, { timeoutMs });
  }

  message(data) {
    return this.#ask("message.request", data);
  }

  control(interactionId, action, options = {}) {
    return this.#ask("control.request", { interactionId, action, ...options });
  }

  setPresence(presence) {
    return this.#ask("presence.set", { presence });
  }

  async snapshot() {
    const snapshot = await this.#ask("snapshot.request", {});
    this.#replace(snapshot);
    return snapshot;
  }

  /** The interaction that the agent looks at in the CRM. Telling the panel what it told us would go round in circles. */
  select(interactionId) {
    if (interactionId === this.#selected) return;
    this.#tell("interaction.selected", { interactionId });
    this.#selected = interactionId;
  }

  chooseRecord(interactionId, record) {
    this.#tell("record.choose", { interactionId, record });
  }

  setCurrentRecord(record, url) {
    this.#current = { record, url };
    this.#tell("record.current", this.#current);
  }

  insertArticle(article) {
    this.#tell("article.insert", article);
  }

  panelChanged(data) {
    this.#tell("panel.changed", data);
  }

  /** How often something was dropped, refused or lost, by its reason. */
  stats() {
    return this.#channel.counts;
  }

  destroy() {
    this.#unload();
    window.removeEventListener("pagehide", this.#unload);
    this.#door.close();
    this.#channel.detach();
    this.#channel.requests.close();
    this.iframe?.remove();
    this.#change("closed");
  }

  #ask(type, data, options) {
    if (this.state === "closed" || this.state === "rejected") {
      return Promise.reject(new BridgeError("not_ready", `The connection to the panel is ${this.state}.`, { retryable: false }));
    }
    return this.#channel.requests.ask(type, data, options);
  }

  /** Sends an event; throws a `BridgeError` when it is not what the protocol takes. */
  #tell(type, data) {
    this.#channel.send(type, data);
  }

  #welcome(hello, version, answer, capabilities) {
    const channel = this.#channel;
    // A panel that was loaded again knows no session: it is this frame's all the same.
    const isResumed = channel.sid !== null && (hello.sid === channel.sid || (hello.sid === undefined && hello.isFresh));
    channel.detach();
    if (!isResumed) channel.begin(crypto.randomUUID());
    if (!isResumed || hello.isFresh) channel.requests.abandon("not_ready", "The panel was loaded again before it answered.");
    const seen = isResumed ? (hello.lastSeq ?? 0) : 0;
    channel.sent = Math.max(channel.sent, seen);
    channel.version = version;
    this.capabilities = hello.capabilities;
    const replays = isResumed && !hello.isFresh && channel.canReplay(seen);
    this.#hasToTell = !replays;
    const { port1, port2 } = new MessageChannel();
    channel.attach(port1);
    const { locale, theme, user, defaultRegion } = this.#options;
    answer({
      sid: channel.sid, seq: replays ? seen : channel.sent, capabilities, ...defined({ locale, theme, user, defaultRegion }),
      ...(isResumed ? { resumeFrom: channel.received } : {}),
    }, port2);
    if (replays) channel.replay(seen);
    this.#remember();
  }

  #receive(type, data) {
    if (type.startsWith("interaction.") && data.interaction) {
      return this.#events.emit("interaction", { event: type.slice(12), interaction: structuredClone(this.#mirror.put(data.interaction)) });
    }
    const act = this.#actions[type];
    if (act) return act(data);
    return undefined;
  }

  #actions = {
    ready: (data) => this.#ready(data),
    "state.snapshot": (data) => this.#replace(data),
    "interaction.updated": ({ interactionId, changes }) => {
      const interaction = this.#mirror.merge(interactionId, changes);
      if (interaction) this.#events.emit("interaction", { event: "updated", interaction: structuredClone(interaction) });
      else this.#catchUp();
    },
    "interaction.selected": ({ interactionId }) => {
      this.#selected = interactionId;
      this.#events.emit("selected", { interactionId });
    },
    "auth.changed": (data) => this.#events.emit("auth", data),
    "record.choose": (data) => this.#events.emit("recordChosen", data),
    "presence.changed": (data) => this.#events.emit("presence", data),
    "leader.changed": (data) => {
      this.leader = data.leader;
      this.#events.emit("leader", data);
    },
    "disposition.options": (data) => this.#events.emit("dispositions", data),
    "analytics.event": (data) => this.#events.emit("analytics", data),
    "log.open": (data) => this.#events.emit("logOpen", data),
    "notify.cancel": (data) => this.#events.emit("notifyCancel", data),
  };

  #ready({ agent, snapshot }) {
    if (snapshot) this.#replace(snapshot);
    else this.#setAgent(agent);
    this.#channel.open();
    if (this.#hasToTell) this.#tellAgain();
    this.#change("connected");
    this.#becomesReady(this);
  }

  /** What a panel that has forgotten everything has to know. */
  #tellAgain() {
    if (this.#current) this.#tell("record.current", this.#current);
    if (this.#selected !== undefined) this.#tell("interaction.selected", { interactionId: this.#selected });
  }

  #replace(snapshot) {
    const before = JSON.stringify(this.#mirror.agent);
    const changed = this.#mirror.replace(snapshot);
    if (JSON.stringify(snapshot.agent) !== before) this.#events.emit("agent", snapshot.agent);
    for (const interaction of changed) this.#events.emit("interaction", { event: "updated", interaction: structuredClone(interaction) });
    this.#events.emit("snapshot", structuredClone(snapshot));
  }

  /** Something is missing: asks for everything, once at a time. */
  async #catchUp() {
    if (this.#isCatchingUp) return;
    this.#isCatchingUp = true;
    try {
      await this.snapshot();
    } catch {
      // The next gap, or the next connection, brings a snapshot.
    } finally {
      this.#isCatchingUp = false;
    }
  }

  #setAgent(agent) {
    if (JSON.stringify(agent) === JSON.stringify(this.#mirror.agent)) return;
    this.#mirror.agent = agent;
    this.#events.emit("agent", agent);
  }

  #change(state, code) {
    if (this.state === state) return;
    this.state = state;
    this.#events.emit("state", code ? { state, code } : { state });
  }

  #remember() {
    const { sid, sent, received } = this.#channel;
    this.#memory.write({ sid, sent, received });
  }

  #recall() {
    const { sid, sent, received } = this.#memory.read();
    if (typeof sid !== "string" || !Number.isSafeInteger(sent) || !Number.isSafeInteger(received)) return;
    Object.assign(this.#channel, { sid, sent, received });
  }
}

/** What the page says about itself must be what a panel takes: otherwise every welcome would be dropped without a word. */
function checkIntroduction({ locale, theme, user, defaultRegion }) {
  try {
    WINDOW_MESSAGES.welcome({ nonce: "-".repeat(16), v: 1, sid: "-", locale, theme, user, defaultRegion }, "options");
  } catch (error) {
    throw new TypeError(error.message);
  }
}

const defined = (object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined && value !== null));
