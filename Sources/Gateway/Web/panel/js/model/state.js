/**
 * What an agent sees, as one value: `reduce(state, event, now)` gives the next one and changes nothing. Pure.
 *
 * Interactions come in snapshots (`GET /v1/agent`) and one by one over the stream; each has a revision that only grows, so
 * that what arrives late or twice changes nothing. Times are Unix milliseconds.
 */

import { isMessaging } from "./calls.js";
import { addMessages, failSending, markSent, startSending } from "./thread.js";

/** Nothing follows these but what is corrected later. */
export const ENDED = new Set(["completed", "missed", "rejected", "cancelled", "transferred"]);
const MAX_RECENT = 20;
/** So many ended interactions are remembered, so that a late event does not bring one back. */
const MAX_GONE = 200;

export const initial = () => ({
  agent: null, isLoaded: false, interactions: {}, order: [], recent: [], gone: {}, selected: null, view: "tasks",
  threads: {}, drafts: {}, busy: {}, errors: {}, pops: {}, holds: {}, codes: {}, dial: { phase: "idle" }, current: null,
  lease: { state: "unknown", holder: null }, link: { state: "connecting", since: 0 }, service: null,
});

/** The next state; the same object when nothing changed. */
export function reduce(state, event, now) {
  const handler = HANDLERS[event.type];
  if (!handler) throw new TypeError(`unknown event ${event.type}`);
  return handler(state, event, now);
}

/** Interactions that wait for an answer, the oldest first. */
export const offers = (state) => listed(state).filter((one) => one.state === "offered");

/** Interactions that the agent works on, in the order of their coming. */
export const tasks = (state) => listed(state).filter((one) => one.state !== "offered");

export const selected = (state) => state.interactions[state.selected] ?? null;

/** Whether this panel rings and opens records: the holder of the lease; a lease that is not known yet counts as nobody's. */
export const isLeader = (state) => state.lease.state === "leader";

/** Codes of the interaction: its own, else those of its queue that the CRM page or the server named. */
export function dispositionOf(state, interaction) {
  const own = interaction.disposition ?? {};
  const ofQueue = state.codes[interaction.queue?.id] ?? state.codes[interaction.queue?.name] ?? {};
  return { required: Boolean(own.required ?? ofQueue.required), codes: own.codes?.length ? own.codes : (ofQueue.codes ?? []) };
}

/** What is typed into the wrap-up form, or what the server has of it. */
export function draftOf(state, interaction) {
  const { code = "", notes = "" } = interaction.disposition ?? {};
  return { text: "", code: code ?? "", notes: notes ?? "", ...state.drafts[interaction.interactionId] };
}

const listed = (state) => state.order.map((id) => state.interactions[id]);

const HANDLERS = {
  snapshot: (state, { agent, interactions, recent = [], dispositions = {} }) => {
    // One that the stream has ended meanwhile is older here than what is known of it.
    const live = interactions.filter((one) => !ENDED.has(one.state) && (one.revision ?? 0) > (state.gone[one.interactionId] ?? -1));
    const next = { ...state, agent, isLoaded: true, recent: recent.slice(0, MAX_RECENT), codes: { ...state.codes, ...dispositions } };
    next.interactions = Object.fromEntries(live.map((one) => [one.interactionId, newer(state.interactions[one.interactionId], one)]));
    next.order = live.map((one) => one.interactionId);
    next.busy = {};
    // What was listed a moment ago may only be missing in a snapshot that is older than the stream.
    const isKept = (id) => id in next.interactions || id in state.interactions;
    for (const part of ["threads", "drafts", "holds"]) next[part] = Object.fromEntries(Object.entries(state[part]).filter(([id]) => isKept(id)));
    return settle(next);
  },
  agent: (state, { agent }) => ({ ...state, agent: { ...state.agent, ...agent } }),
  interaction: takeInteraction,
  select: (state, { id }) => (id && !state.interactions[id] ? state : seen({ ...state, selected: id, view: "tasks" }, id)),
  view: (state, { view }) => seen({ ...state, view }, view === "tasks" ? state.selected : null),
  lease: (state, { state: lease, holder = null }) => (state.lease.state === lease && state.lease.holder === holder ? state : { ...state, lease: { state: lease, holder } }),
  link: (state, { state: link, since }) => (state.link.state === link ? state : { ...state, link: { state: link, since } }),
  service: (state, { problem }, now) => (Boolean(problem) === Boolean(state.service) ? state : { ...state, service: problem && { ...problem, since: now } }),
  draft: (state, { id, ...fields }) => ({ ...state, drafts: put(state.drafts, id, { ...state.drafts[id], ...fields }) }),
  codes: (state, { queueId, required, codes }) => ({ ...state, codes: put(state.codes, queueId, { required, codes }) }),
  acting: (state, { id, action }, now) => ({ ...state, busy: put(state.busy, id, { action, since: now }), errors: without(state.errors, id) }),
  acted: (state, { id }) => ({ ...state, busy: without(state.busy, id) }),
  failed: (state, { id, action, error }) => ({ ...state, busy: without(state.busy, id), errors: put(state.errors, id, { action, ...error }) }),
  dismiss: (state, { id }) => ({ ...state, errors: without(state.errors, id) }),
  messages: (state, { id, items, hasMore }) => thread(state, id, (one) => ({ ...addMessages(one, items), hasMore, isLoading: false, isLoaded: true, error: null })),
  loading: (state, { id, error = null }) => thread(state, id, (one) => ({ ...one, isLoading: !error, error })),
  sending: (state, { id, requestId, body }, now) => thread(state, id, (one) => startSending(one, { requestId, body, ts: now })),
  sent: (state, { id, requestId, message }) => thread(state, id, (one) => markSent(one, requestId, message)),
  unsent: (state, { id, requestId, error }) => thread(state, id, (one) => failSending(one, requestId, error)),
  pop: (state, { pop }, now) => ({ ...state, pops: put(state.pops, pop.interactionId, { ...pop, since: now, isOpen: pop.outcome !== "one" }) }),
  popped: (state, { id, record, outcome }) => ({ ...state, pops: put(state.pops, id, { ...state.pops[id], result: outcome, record: record ?? state.pops[id]?.record, isOpen: false }) }),
  picker: (state, { id, isOpen }) => ({ ...state, pops: put(state.pops, id, { ...state.pops[id], isOpen }) }),
  dial: (state, { dial }) => ({ ...state, dial }),
  /** The record that the page around shows. */
  current: (state, { record = null }) => ({ ...state, current: record }),
};

function takeInteraction(state, { interaction, event, message }, now) {
  const id = interaction.interactionId;
  const known = state.interactions[id];
  const revision = interaction.revision ?? 0;
  let next = message ? takeMessage(state, id, message) : state;
  if (revision <= (known?.revision ?? state.gone[id] ?? -1)) return corrected(next, interaction);
  if (ENDED.has(interaction.state)) return ended(next, interaction);
  next = { ...next, interactions: put(next.interactions, id, interaction), holds: held(next.holds, known, interaction, now) };
  // An answer to what was asked has come; what is asked of a call meanwhile stays asked.
  if (event !== "message") next.busy = without(next.busy, id);
  if (!known) next.order = [...next.order, id];
  const isMine = interaction.state !== "offered" && (!known || known.state === "offered");
  if (isMine) next = { ...next, selected: id, view: "tasks" };
  return settle(next);
}

/** An interaction that is over may still be logged, or get other notes. */
function corrected(state, interaction) {
  const at = state.recent.findIndex((one) => one.interactionId === interaction.interactionId);
  if (at < 0 || (interaction.revision ?? 0) < (state.recent[at].revision ?? 0)) return state;
  return { ...state, recent: state.recent.with(at, interaction) };
}

function ended(state, interaction) {
  const id = interaction.interactionId;
  const gone = Object.fromEntries([...Object.entries(without(state.gone, id)), [id, interaction.revision ?? 0]].slice(-MAX_GONE));
  const recent = [interaction, ...state.recent.filter((one) => one.interactionId !== id)].slice(0, MAX_RECENT);
  const next = { ...state, recent, gone, interactions: without(state.interactions, id), order: state.order.filter((one) => one !== id) };
  for (const part of ["threads", "drafts", "busy", "errors", "pops", "holds"]) next[part] = without(next[part], id);
  return settle(next);
}

function takeMessage(state, id, message) {
  const isSeen = state.selected === id && state.view === "tasks";
  return thread(state, id, (one) => {
    const next = addMessages(one, [message]);
    const isNews = message.direction === "in" && next !== one && !isSeen;
    return isNews ? { ...next, unread: (one.unread ?? 0) + 1 } : next;
  });
}

/** Since when a call is held, and how long it was before: measured here where the server does not say so. */
function held(holds, known, interaction, now) {
  const id = interaction.interactionId;
  const before = holds[id] ?? { ms: 0, since: null };
  if (interaction.held && before.since === null) return put(holds, id, { ...before, since: interaction.heldSinceTs ?? now });
  if (!interaction.held && before.since !== null) return put(holds, id, { ms: before.ms + Math.max(0, now - before.since), since: null });
  return holds;
}

/** The selection always names a task; what is selected is read. */
function settle(state) {
  const now = state.interactions[state.selected];
  if (now && now.state !== "offered") return seen(state, state.selected);
  const next = tasks(state).at(-1)?.interactionId ?? null;
  return next === state.selected ? state : seen({ ...state, selected: next }, next);
}

function seen(state, id) {
  if (!id || state.view !== "tasks" || !state.threads[id]?.unread) return state;
  return thread(state, id, (one) => ({ ...one, unread: 0 }));
}

function thread(state, id, change) {
  const before = state.threads[id] ?? { items: [], pending: [], hasMore: true, unread: 0 };
  const after = change(before);
  return after === before ? state : { ...state, threads: put(state.threads, id, after) };
}

const newer = (mine, theirs) => ((mine?.revision ?? -1) > (theirs.revision ?? 0) ? mine : theirs);
const put = (map, key, value) => ({ ...map, [key]: value });

function without(map, key) {
  if (!(key in map)) return map;
  const { [key]: _, ...rest } = map;
  return rest;
}

/** How many messages nobody has read, in all conversations. */
export const unread = (state) => tasks(state).filter(isMessaging).reduce((sum, one) => sum + (state.threads[one.interactionId]?.unread ?? 0), 0);
