/** Who takes part in a conversation, and how they are named. */

import { initials, personName, phoneNumber } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { h } from "../lib/ui.js";

/** `sms`, `whatsapp`, `chat`, or `system` for the conversation in which an agent is told things. */
export function channelOf(conversation) {
  if (isSystem(conversation)) return "system";
  const customer = customerOf(conversation);
  const address = customer?.address ?? "";
  if (address.startsWith("whatsapp:") || customer?.binding_type?.toLowerCase() === "whatsapp") return "whatsapp";
  return address ? "sms" : (conversation.attributes?.channel ?? "chat");
}

export function isSystem(conversation) {
  return conversation.friendly_name === "System" && conversation.attributes?.isNotificationSystem !== undefined
    || conversation.attributes?.isNotificationSystem === true;
}

/** The participant that is no agent: with an address, or else marked as the customer. */
export function customerOf(conversation) {
  const participants = conversation.participants ?? [];
  return (
    participants.find((participant) => participant.address) ??
    participants.find((participant) => participant.attributes?.customer_id !== undefined) ??
    participants.find((participant) => participant.attributes?.member_type !== "agent" && participant.attributes?.type !== "agent")
  );
}

/** What to call the customer of a conversation: a name that somebody gave, or the address. */
export function titleOf(conversation) {
  const attributes = conversation.attributes ?? {};
  const customer = customerOf(conversation);
  const given = customer?.attributes?.display_name ?? attributes.display_name ?? attributes.customerName ?? attributes.from;
  return given || conversation.friendly_name || phoneNumber(customer?.address) || personName(customer?.identity) || conversation.sid;
}

/** What to call the author of a message. */
export function authorName(conversation, message) {
  const participant = (conversation.participants ?? []).find(
    (one) => one.sid === message.participant_sid || one.identity === message.author || one.address === message.author,
  );
  const given = participant?.attributes?.display_name;
  if (given) return given;
  const customer = customerOf(conversation);
  if (customer && participant === customer && !isSystem(conversation)) return titleOf(conversation);
  return phoneNumber(personName(message.author));
}

/** A round picture with initials, or with a sign for a System conversation. */
export function avatar(name, { symbol, size = "" } = {}) {
  return h("span.avatar", { "aria-hidden": "true", translate: "no", class: [size, symbol && "avatar-sign"] }, symbol ? icon(symbol, { size: 18 }) : initials(name));
}

/** The project that a page stands in for unless another is chosen: the one whose name says so, else `fallback`. */
export function projectNamed(world, word, fallback) {
  const asked = new URLSearchParams(location.search).get("project");
  const { projects } = world;
  return projects.find((p) => p.name === asked) ?? projects.find((p) => p.name.toLowerCase().includes(word)) ?? projects.at(fallback);
}

/** Notes the choice in the address, so that a reload or a bookmark comes back to it. */
export function noteInAddress(values) {
  const address = new URL(location.href);
  for (const [name, value] of Object.entries(values)) {
    if (value === null) address.searchParams.delete(name);
    else address.searchParams.set(name, value);
  }
  history.replaceState(null, "", address);
}
