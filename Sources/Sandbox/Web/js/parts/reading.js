/** Tells the Sandbox how far somebody has read, once for each message and only while the window is seen. */

import { api } from "../lib/api.js";
import { redraw } from "../lib/shell.js";

const told = new Map();

// What came while the window was hidden is read once it is looked at.
document.addEventListener("visibilitychange", redraw);

export function readUpTo(conversation, identity) {
  if (document.visibilityState !== "visible") return;
  const { project, sid } = conversation;
  const index = conversation.messages?.at(-1)?.index;
  const participant = (conversation.participants ?? []).find((one) => one.identity === identity);
  const key = `${project}/${sid}/${identity}`;
  const known = Math.max(participant?.last_read_message_index ?? -1, told.get(key) ?? -1);
  if (!participant || index === undefined || index <= known) return;
  told.set(key, index);
  api.post(`/conversations/${sid}/read`, { project, identity, index }).catch(() => told.delete(key));
}
