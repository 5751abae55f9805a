/**
 * What a page knows of the Sandbox: a snapshot, kept up to date by the event stream.
 *
 * Every event carries the whole resource, so applying one twice does no harm. The snapshot is read each time the stream
 * is connected, and after a gap that the Sandbox cannot fill (`reset`).
 */

import { ApiError, api } from "./api.js";
import { Stream } from "./stream.js";

/** Entries of the log that are kept; older ones fall out. */
const LOG_LIMIT = 500;
/** How long to wait before a snapshot that could not be read is tried again, in milliseconds. */
const RETRY_MS = 2_000;
/** How long "is typing" stands, in milliseconds. */
const TYPING_MS = 4_000;

export class World {
  /**
   * `needs` says what to read besides projects and workers: `conversations`, `messages`, `tasks`, `calls`, `log`, `faults`.
   * A page with data of its own reads it in `read`, with each snapshot, and gets all events in `heard(kind, data)`.
   */
  constructor({ needs, changed, heard = () => {}, read = () => {} }) {
    this.needs = new Set(needs);
    this.changed = changed;
    this.heard = heard;
    this.readMore = read;
    this.projects = [];
    /** Where the Gateway's own pages are, when that is known. */
    this.gatewayURL = null;
    this.conversations = new Map();
    this.tasks = new Map();
    this.reservations = new Map();
    this.calls = new Map();
    this.log = [];
    /** What full queues have lost, by project. */
    this.dropped = [];
    this.faults = null;
    this.typing = new Map();
    this.discovering = new Set();
    this.loading = new Map();
    this.connection = { state: "connecting", since: Date.now() };
    this.isLoaded = false;
    this.error = null;
    /** Settles with the first snapshot. */
    this.loaded = new Promise((resolve) => (this.markLoaded = resolve));
  }

  /** Listens, and reads the snapshot whenever the connection comes to be. */
  open() {
    this.stream = new Stream({
      onEvent: (kind, data) => {
        if (this.waiting) this.waiting.push([kind, data]);
        else this.#apply(kind, data);
      },
      onState: (state, since) => {
        this.connection = { state, since };
        if (state === "open") this.#load();
        else if (state === "lost" && !this.isLoaded) this.error = new ApiError("", { hint: "error.hint_unreachable" });
        this.changed();
      },
    });
  }

  /** Reads the snapshot; events that come meanwhile wait, since the snapshot may be older than they are. */
  async #load() {
    clearTimeout(this.retry);
    this.waiting ??= [];
    try {
      await this.#read();
    } catch (error) {
      if (!("hint" in error)) throw error;
      if (!this.isLoaded) this.error = error;
      this.retry = setTimeout(() => this.#load(), RETRY_MS);
    }
    const waiting = this.waiting ?? [];
    this.waiting = null;
    for (const [kind, data] of waiting) if (kind !== "reset") this.#apply(kind, data);
    this.changed();
  }

  async #read() {
    const world = await api.get("/world");
    this.gatewayURL = world.gateway_url;
    this.projects = world.projects.map(withNumbers);
    await Promise.all(world.projects.map((project) => this.#readProject(project.name)));
    if (this.needs.has("faults")) this.faults = await api.get("/faults");
    if (this.needs.has("log")) await this.readLog(true);
    await this.readMore();
    this.isLoaded = true;
    this.error = null;
    this.markLoaded();
  }

  async #readProject(project) {
    if (this.needs.has("conversations")) {
      const messages = this.needs.has("messages") ? "true" : undefined;
      const answer = await api.get("/conversations", { project, limit: 100, messages });
      const loaded = new Set();
      for (const conversation of answer.conversations) {
        const key = keyOf(project, conversation.sid);
        loaded.add(key);
        const known = this.conversations.get(key);
        this.conversations.set(key, { ...known, ...withAttributes(conversation), project });
        if (known?.messages && !conversation.messages) await this.loadMessages(project, conversation.sid, true);
      }
      for (const [key, value] of this.conversations) {
        if (value.project === project && !loaded.has(key)) this.conversations.delete(key);
      }
    }
    if (this.needs.has("tasks")) {
      const answer = await api.get("/tasks", { project });
      replace(this.tasks, project, answer.tasks.map(withAttributes));
      replace(this.reservations, project, answer.reservations);
    }
    if (this.needs.has("calls")) replace(this.calls, project, (await api.get("/calls", { project })).calls);
  }

  /** Reads what the log has got since last time; `isFirst` forgets what was read before. */
  async readLog(isFirst = false) {
    if (isFirst) this.logNumber = 0;
    const answer = await api.get("/log", { since: this.logNumber });
    const entries = answer.entries.slice(-LOG_LIMIT).map(logEntry);
    this.dropped = answer.dropped ?? [];
    this.logNumber = answer.last ?? entries.at(-1)?.id ?? this.logNumber;
    this.log = [...(isFirst ? [] : this.log), ...entries].slice(-LOG_LIMIT);
    if (entries.length) this.changed();
  }

  project(name) {
    return this.projects.find((project) => project.name === name);
  }

  conversation(project, sid) {
    return this.conversations.get(keyOf(project, sid));
  }

  conversationsOf(project) {
    return [...this.conversations.values()]
      .filter((conversation) => conversation.project === project)
      .sort((one, other) => lastChange(other).localeCompare(lastChange(one)));
  }

  /** Reads the messages of one conversation, unless they are here already; `isForced` reads them all the same. */
  loadMessages(project, sid, isForced = false) {
    const key = keyOf(project, sid);
    if (this.conversations.get(key)?.messages && !isForced) return Promise.resolve();
    const running = this.loading.get(key);
    if (running) return running.promise;
    // What the stream says meanwhile may be newer than the answer: it is applied after it.
    const entry = { events: [] };
    entry.promise = this.#readMessages(project, sid, entry.events).finally(() => this.loading.delete(key));
    this.loading.set(key, entry);
    return entry.promise;
  }

  async #readMessages(project, sid, events) {
    const answer = withAttributes(await api.get(`/conversations/${sid}`, { project }));
    const key = keyOf(project, sid);
    this.conversations.set(key, { ...answer, ...this.conversations.get(key), messages: answer.messages.map(withAttributes), project });
    for (const data of events) this.#applyMessage(project, data, data.action);
    this.changed();
  }

  /** Takes over a message that a request has just answered with, without waiting for the stream. */
  adoptMessage(project, message) {
    this.#upsertMessage(project, message);
    this.changed();
  }

  /** Who is writing in a conversation right now, other than `me`. */
  typingIn(project, sid, me) {
    const now = Date.now();
    const entry = this.typing.get(keyOf(project, sid));
    return entry && entry.identity !== me && entry.until > now ? entry.identity : null;
  }

  #apply(kind, data) {
    const { project } = data;
    const action = /(Removed|Destroyed|deleted)$/.test(data.name ?? "") ? "removed" : data.action;
    switch (kind) {
      case "reset":
        this.#load();
        break;
      case "conversation":
        if (this.needs.has("conversations")) this.#upsertConversation(project, data, action);
        break;
      case "participant":
        this.#upsertParticipant(project, data, action);
        break;
      case "message":
        this.loading.get(keyOf(project, data.conversation_sid))?.events.push({ ...data, action });
        this.#applyMessage(project, data, action);
        break;
      case "task":
        upsert(this.tasks, project, withAttributes(data), action);
        break;
      case "reservation":
        upsert(this.reservations, project, data, action);
        break;
      case "call":
        upsert(this.calls, project, data, action);
        break;
      case "worker":
        this.#upsertWorker(project, data);
        break;
      case "fault":
        this.faults = data;
        break;
      case "typing":
        this.#noteTyping(project, data);
        break;
    }
    this.heard(kind, data);
    this.changed();
  }

  #upsertConversation(project, data, action) {
    const key = keyOf(project, data.sid);
    if (action === "removed") this.conversations.delete(key);
    else this.conversations.set(key, { participants: [], ...this.conversations.get(key), ...withAttributes(data), project });
    if (this.needs.has("messages")) this.conversations.get(key) && (this.conversations.get(key).messages ??= []);
  }

  #upsertParticipant(project, data, action) {
    const conversation = this.conversation(project, data.conversation_sid);
    if (!conversation) return;
    const others = (conversation.participants ?? []).filter((participant) => participant.sid !== data.sid);
    conversation.participants = action === "removed" ? others : [...others, withAttributes(data)];
  }

  #upsertMessage(project, data) {
    const conversation = this.conversation(project, data.conversation_sid);
    if (!conversation) return this.#discover(project, data.conversation_sid);
    const message = withAttributes(data);
    if (conversation.messages) {
      const others = conversation.messages.filter((other) => other.sid !== message.sid);
      conversation.messages = [...others, message].sort((one, other) => one.index - other.index);
    }
    if (message.index >= (conversation.last_message_index ?? -1)) {
      conversation.last_message = message;
      conversation.last_message_index = message.index;
    }
    const writer = this.typing.get(keyOf(project, data.conversation_sid));
    if (writer?.identity === message.author) this.typing.delete(keyOf(project, data.conversation_sid));
  }

  /** Reads a conversation that was too long ago for the snapshot and has come to life. */
  #discover(project, sid) {
    const key = keyOf(project, sid);
    if (!this.needs.has("conversations") || this.discovering.has(key)) return;
    this.discovering.add(key);
    const found = (conversation) => {
      const { messages, ...rest } = withAttributes(conversation);
      if (!this.conversations.has(key)) this.conversations.set(key, { ...rest, ...(this.needs.has("messages") ? { messages } : {}), project });
    };
    api
      .get(`/conversations/${sid}`, { project })
      .then(found, () => {})
      .finally(() => {
        this.discovering.delete(key);
        this.changed();
      });
  }

  #applyMessage(project, data, action) {
    if (action === "removed") this.#removeMessage(project, data);
    else this.#upsertMessage(project, data);
  }

  #removeMessage(project, data) {
    const conversation = this.conversation(project, data.conversation_sid);
    if (conversation?.messages) {
      conversation.messages = conversation.messages.filter((message) => message.sid !== data.sid);
    }
  }

  #upsertWorker(project, data) {
    const known = this.project(project);
    if (!known) return;
    const index = known.workers.findIndex((worker) => worker.sid === data.sid);
    if (index < 0) known.workers.push(withIdentity(data));
    else known.workers[index] = { ...known.workers[index], ...data };
  }

  #noteTyping(project, data) {
    const until = Date.now() + TYPING_MS;
    this.typing.set(keyOf(project, data.conversation_sid), { identity: data.identity, until });
    setTimeout(() => this.changed(), TYPING_MS + 50);
  }
}

/** A project with the list of numbers it answers to. */
function withNumbers(project) {
  const whatsApp = project.whatsapp_number && `whatsapp:${project.whatsapp_number.replace(/^whatsapp:/, "")}`;
  const numbers = [project.number, whatsApp].filter(Boolean);
  return { activities: [], ...project, numbers, workers: (project.workers ?? []).map(withIdentity) };
}

/** A worker writes under his identity, which is his name where nothing else is said. */
function withIdentity(worker) {
  return { ...worker, identity: worker.identity || worker.name };
}

/** One entry of the log. `direction` is `in` (a request to us) or `out` (a webhook from us). */
function logEntry(entry) {
  return { ...entry, path: pathOf(entry.path), event: entry.event_type, duration: entry.duration_ms };
}

function pathOf(address) {
  return URL.canParse(address) ? new URL(address).pathname : address;
}

const keyOf = (project, sid) => `${project}/${sid}`;

/** When a conversation last moved, as a text that sorts. */
export function lastChange(conversation) {
  return conversation.last_message?.date_created ?? conversation.date_created ?? "";
}

function upsert(map, project, data, action) {
  const key = keyOf(project, data.sid);
  if (action === "removed") map.delete(key);
  else map.set(key, { ...map.get(key), ...data, project });
}

function replace(map, project, items) {
  for (const [key, value] of map) if (value.project === project) map.delete(key);
  for (const item of items) map.set(keyOf(project, item.sid), { ...item, project });
}

/** Attributes as an object whatever the API says: an object, a text with JSON, or a text without. */
function withAttributes(resource) {
  if (!resource || typeof resource.attributes !== "string") return { attributes: {}, ...resource };
  let attributes = {};
  try {
    attributes = JSON.parse(resource.attributes) ?? {};
  } catch {
    // Attributes that are no JSON: as if there were none.
  }
  return { ...resource, attributes };
}
