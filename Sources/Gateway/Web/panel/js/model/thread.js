/** A conversation: messages by index, and those of the agent that are under way or have failed. Pure. */

/** The conversation with these messages; each once, in the order of their index. */
export function addMessages(thread, items) {
  const known = new Set(thread.items.map((one) => one.messageSid));
  const fresh = items.filter((one) => !known.has(one.messageSid) && known.add(one.messageSid));
  if (!fresh.length) return thread;
  return { ...thread, items: [...thread.items, ...fresh].sort((a, b) => a.index - b.index), pending: settled(thread.pending, fresh) };
}

/** An own message may come over the stream before its request is answered: it is then not shown twice. */
function settled(pending, fresh) {
  const left = [...pending];
  for (const { direction, body, requestId } of fresh) {
    if (direction !== "out") continue;
    const at = left.findIndex((one) => (requestId ? one.requestId === requestId : !one.error && one.body === body));
    if (at >= 0) left.splice(at, 1);
  }
  return left.length === pending.length ? pending : left;
}

/** Begins to send; the same request again takes the place of the one that failed. */
export function startSending(thread, { requestId, body, ts }) {
  const others = thread.pending.filter((one) => one.requestId !== requestId);
  return { ...thread, pending: [...others, { requestId, body, ts, error: null }] };
}

export function markSent(thread, requestId, message) {
  const pending = thread.pending.filter((one) => one.requestId !== requestId);
  return message ? { ...addMessages({ ...thread, pending }, [message]) } : { ...thread, pending };
}

export function failSending(thread, requestId, error) {
  return { ...thread, pending: thread.pending.map((one) => (one.requestId === requestId ? { ...one, error } : one)) };
}

/** The index before which older messages are asked for; undefined when none is known. */
export const oldest = (thread) => thread?.items[0]?.index;

/** Messages in groups: by author, and not more than five minutes apart. */
export function grouped(items) {
  const GAP_MS = 300_000;
  const groups = [];
  for (const message of items) {
    const last = groups.at(-1);
    const isSame = last && last.direction === message.direction && last.author === message.author && message.ts - last.items.at(-1).ts < GAP_MS;
    if (isSame) last.items.push(message);
    else groups.push({ direction: message.direction, author: message.author, ts: message.ts, items: [message] });
  }
  return groups;
}
