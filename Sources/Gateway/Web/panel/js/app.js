/** The panel of one agent: his state, the stream and the lease that change it, and what he asks for. */

import { electLeader } from "../../bridge/leader.js";
import { Emitter } from "../../shared/js/emitter.js";
import { StreamReader } from "../../shared/js/reader.js";
import { Commands, plain } from "./live/commands.js";
import { keepDrafts, readDrafts } from "./live/drafts.js";
import { newID } from "./live/identity.js";
import { Lease } from "./live/lease.js";
import * as dials from "./model/dial.js";
import { draftOf, initial, isLeader, reduce } from "./model/state.js";
import { oldest } from "./model/thread.js";

const TOPICS = new Set(["interaction.updated", "agent.updated", "pop.requested", "dial.accepted", "dial.refused"]);
/** A state that could not be loaded is asked for again after this long, in milliseconds. */
const RETRY_MS = 2_000;
/** Notes go to the server so long after the last key, in milliseconds. */
const SAVE_MS = 900;
/** A clock that differs from the server's by less than this is taken for right, in milliseconds. */
const SKEW_MS = 2_500;
/** Answers with these mean that the service or the bus is away, not that something was wrong. */
const AWAY = new Set([502, 503, 504]);

/** What the Gateway says of a click, as a reason of a dial. */
const DIAL_ERRORS = { dial_invalid: "invalid_number", dial_unknown: "unknown" };

export class App {
  state = { ...initial(), drafts: readDrafts() };
  /** `{before, event}` after each change. */
  changes = new Emitter();
  /** Why the state could not be loaded. */
  loadError = null;
  #skew = 0;
  #timers = new Map();
  #reader = null;
  #closed = false;

  constructor({ api, me, panelId, signInAgain }) {
    Object.assign(this, { api, me, panelId, signInAgain });
    this.commands = new Commands(api);
    this.lease = new Lease({ api, panelId, on: (lease) => this.dispatch({ type: "lease", ...lease }), answered: (error) => this.heard(error) });
  }

  /** The server's time. */
  now = () => Date.now() + this.#skew;

  get isLeader() {
    return isLeader(this.state);
  }

  dispatch = (event) => {
    const before = this.state;
    this.state = reduce(before, event, this.now());
    if (this.state === before) return;
    if (before.drafts !== this.state.drafts) keepDrafts(this.state.drafts);
    this.changes.emit({ before, event });
  };

  async start() {
    this.lease.start();
    this.#elect();
    await this.load();
  }

  close() {
    this.#closed = true;
    this.#reader?.close();
    this.lease.close();
    this.election?.release();
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  /** Tabs of one CRM see each other: when the one before is gone, the next asks at once instead of at its next beat. */
  #elect() {
    this.election = electLeader({ name: `patchbay-panel-${this.me.sub}`, onChange: ({ state }) => state === "leader" && this.lease.start() });
  }

  /** Everything anew; the stream goes on from where the server was when it answered. */
  async load() {
    clearTimeout(this.#timers.get("load"));
    try {
      const snapshot = await this.#snapshot();
      if (this.#closed) return;
      this.loadError = null;
      this.dispatch({ type: "snapshot", ...snapshot });
      this.heard(null);
      if (snapshot.agent.leader) this.lease.heard(snapshot.agent.leader);
      if (!this.#reader) this.#follow(String(snapshot.offset ?? ""));
      else if (snapshot.offset !== undefined) this.#reader.lastID = String(snapshot.offset);
    } catch (error) {
      if (!("hint" in error)) throw error;
      this.loadError = plain(error);
      this.heard(error);
      this.changes.emit({ before: this.state, event: { type: "load" } });
      const isFinal = error.status === 401 || error.status === 403 || error.status === 404;
      if (!isFinal && !this.#closed) this.later("load", RETRY_MS, () => this.load());
    }
  }

  async #snapshot() {
    const response = await this.api.open("GET", "/v1/agent");
    const date = Date.parse(response.headers.get("Date") ?? "");
    const skew = Number.isNaN(date) ? 0 : date - Date.now();
    this.#skew = Math.abs(skew) > SKEW_MS ? skew : 0;
    return response.json();
  }

  #follow(lastID) {
    this.#reader = new StreamReader({
      api: this.api,
      lastID,
      onEvent: (event) => this.#take(event),
      onOpen: (isReset) => isReset && this.load(),
      onBeat: (state, since) => this.dispatch({ type: "link", state, since }),
    });
    this.#reader.start();
  }

  /** After another sign-in. */
  retry() {
    this.#reader?.retry();
    this.load();
  }

  #take({ topic, data }) {
    if (!TOPICS.has(topic)) return;
    if (topic === "interaction.updated") this.dispatch({ type: "interaction", ...data });
    else if (topic === "agent.updated") {
      this.lease.heard(data.agent.leader);
      this.dispatch({ type: "agent", agent: data.agent });
    } else if (topic === "pop.requested") this.dispatch({ type: "pop", pop: data });
    else this.#setDial(dials.outcome(this.state.dial, topic, data));
  }

  /** Whether the service answers: told by whatever was asked last. */
  heard(error) {
    const isAway = Boolean(error) && (error.isUnreachable || AWAY.has(error.status));
    if (!error || isAway) this.dispatch({ type: "service", problem: isAway ? plain(error) : null });
  }

  /** Runs a request; what the server refuses is kept with the interaction and shown there. */
  async attempt(id, action, run) {
    if (this.state.busy[id]) return null;
    this.dispatch({ type: "acting", id, action });
    try {
      const answer = await run();
      this.dispatch({ type: "acted", id });
      if (answer?.interaction) this.dispatch({ type: "interaction", event: "updated", interaction: answer.interaction });
      this.heard(null);
      return answer ?? {};
    } catch (error) {
      if (!("hint" in error)) throw error;
      this.fail(id, action, error);
      return null;
    }
  }

  fail(id, action, error) {
    this.heard(error);
    this.dispatch({ type: "failed", id, action, error: plain(error) });
  }

  act = (id, action, more) => this.attempt(id, action, () => this.commands.act(id, action, more));

  select(id) {
    if (id === this.state.selected && this.state.view === "tasks") return;
    this.dispatch({ type: "select", id });
    this.commands.select(id).catch(() => {});
  }

  async setActivity(name) {
    const { agent } = await this.attempt("activity", name, async () => ({ agent: await this.commands.activity(name) })) ?? {};
    if (agent) this.dispatch({ type: "agent", agent });
  }

  async takeOver() {
    await this.attempt("lease", "take", () => this.lease.take());
  }

  // Conversations

  async loadMessages(id) {
    const thread = this.state.threads[id];
    if (thread?.isLoading || (thread?.isLoaded && !thread.hasMore)) return;
    this.dispatch({ type: "loading", id });
    try {
      this.dispatch({ type: "messages", id, ...(await this.commands.messages(id, thread?.isLoaded ? oldest(thread) : undefined)) });
    } catch (error) {
      if (!("hint" in error)) throw error;
      this.heard(error);
      this.dispatch({ type: "loading", id, error: plain(error) });
    }
  }

  async send(id, body, requestId = newID()) {
    this.dispatch({ type: "sending", id, requestId, body });
    try {
      this.dispatch({ type: "sent", id, requestId, message: await this.commands.send(id, body, requestId) });
      this.heard(null);
    } catch (error) {
      if (!("hint" in error)) throw error;
      this.heard(error);
      this.dispatch({ type: "unsent", id, requestId, error: plain(error) });
    }
  }

  // Wrap-up

  draft(id, fields) {
    this.dispatch({ type: "draft", id, ...fields });
    if ("text" in fields) return;
    this.later(`save ${id}`, SAVE_MS, () => this.#saveDraft(id));
  }

  #saveDraft(id) {
    const interaction = this.state.interactions[id];
    if (interaction) this.commands.wrapup(id, draftOf(this.state, interaction), false).catch((error) => this.heard(error));
  }

  async complete(id) {
    clearTimeout(this.#timers.get(`save ${id}`));
    const draft = draftOf(this.state, this.state.interactions[id]);
    return this.attempt(id, "complete", () => this.commands.wrapup(id, draft, true));
  }

  // Records

  async setRecord(id, record, outcome = "opened") {
    const answer = await this.attempt(id, "record", () => this.commands.record(id, record));
    if (answer) this.dispatch({ type: "popped", id, record, outcome });
    return answer;
  }

  /** Shows the record of an interaction: in the page around, else at its own address. */
  async openRecord(id) {
    const { record } = this.state.interactions[id] ?? {};
    if (await this.host?.openRecord(id)) return;
    const url = safeURL(record?.url ?? this.state.pops[id]?.record?.url);
    if (url) open(url, "_blank", "noopener");
  }

  /** Makes a record for somebody unknown; the key lets it happen once, however often it is asked. */
  async createRecord(id, defaults) {
    const answer = await this.attempt(id, "create", () => this.commands.create(defaults, `new-${id}`));
    return answer ? this.setRecord(id, answer.record, "created") : null;
  }

  // Dials

  /** One click, one nonce; resolves once the outcome is there: the state of `state.dial`. */
  async dial({ number, region, extension, record, callerId, origin = "panel", nonce = newID() }) {
    const now = this.now();
    if (["asking", "waiting"].includes(this.state.dial.phase)) return dials.refused({ number }, { reason: "busy" });
    this.#setDial(dials.started({ number, nonce, record, extension, origin }, now));
    try {
      const answer = await this.#askDial({ number, region, extension, nonce, record: record ?? undefined, callerId, autoPlace: true, panelId: this.panelId });
      this.#setDial(dials.taken(this.state.dial, answer.dialId));
    } catch (error) {
      if (!("hint" in error)) throw error;
      this.heard(error);
      this.#setDial(dials.refused(this.state.dial, { reason: DIAL_ERRORS[error.code] ?? plain(error).code, detail: error.message, hint: error.hint }));
    }
    this.later("dial", dials.OUTCOME_MS + 500, () => this.#setDial(dials.expired(this.state.dial, this.now())));
    return this.#whenDialed(nonce);
  }

  /** Where it is not known whether a click was taken, the same nonce asks without a second call. */
  async #askDial(request) {
    try {
      return await this.commands.dial(request);
    } catch (error) {
      if (error.code !== "dial_unknown" && error.status !== 0) throw error;
      return this.commands.dial(request);
    }
  }

  #whenDialed(nonce) {
    return new Promise((resolve) => {
      const look = () => {
        const { dial } = this.state;
        if (dial.nonce === nonce && dial.phase !== "accepted" && dial.phase !== "refused") return;
        stop();
        resolve(dial);
      };
      const stop = this.changes.on(look);
      look();
    });
  }

  #setDial(dial) {
    if (dial !== this.state.dial) this.dispatch({ type: "dial", dial });
  }

  clearDial() {
    if (this.state.dial.phase !== "asking" && this.state.dial.phase !== "waiting") this.#setDial({ phase: "idle" });
  }

  /** Runs `action` after a pause; the same name again begins the pause anew. */
  later(name, pause, action) {
    clearTimeout(this.#timers.get(name));
    this.#timers.set(name, setTimeout(action, pause));
  }
}

/** An address that may be opened: http or https, nothing that runs. */
function safeURL(text) {
  try {
    const url = new URL(text);
    return ["http:", "https:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}
