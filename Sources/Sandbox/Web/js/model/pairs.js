/**
 * Which conversations of two projects belong together. Pure: conversations in, pairs out.
 *
 * A counterpart is named after its source (`ff:<account>:<sid>`), linked by the attributes that the samples use, or
 * holds messages that are tagged as mirrors.
 */

const LINKS = ["chatChannelSid", "ConversationSid", "conversationSid"];

/** Pairs `{one, other}`, in the order of `ones`; a conversation is in one pair at most. */
export function findPairs(ones, others) {
  const bySID = new Map(others.map((conversation) => [conversation.sid, conversation]));
  const taken = new Set();
  const pairs = [];
  const back = new Map();
  for (const other of others) for (const sid of linksOf(other)) back.set(sid, other);
  for (const one of ones) {
    const linked = linksOf(one).map((sid) => bySID.get(sid)).find(Boolean) ?? back.get(one.sid) ?? byMessages(one, others);
    if (!linked || taken.has(linked.sid)) continue;
    taken.add(linked.sid);
    pairs.push({ one, other: linked });
  }
  return pairs;
}

function linksOf(conversation) {
  const name = /^ff:[^:]*:(CH\w+)$/.exec(conversation.unique_name ?? "");
  const attributes = conversation.attributes ?? {};
  return [name?.[1], ...LINKS.map((key) => attributes[key])].filter((sid) => typeof sid === "string" && sid !== conversation.sid);
}

function byMessages(one, others) {
  const own = new Set((one.messages ?? []).map((message) => message.sid));
  const sources = new Set((one.messages ?? []).map((message) => message.attributes?.mirror?.id).filter(Boolean));
  return others.find((other) =>
    (other.messages ?? []).some((message) => sources.has(message.sid) || own.has(message.attributes?.mirror?.id)),
  );
}
