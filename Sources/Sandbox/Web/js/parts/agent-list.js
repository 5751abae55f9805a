/** The list of an agent's conversations, with what is unread. */

import { shortDate } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { emptyState, redraw } from "../lib/shell.js";
import { lastChange } from "../lib/store.js";
import { h } from "../lib/ui.js";
import { avatar, channelOf, isSystem, titleOf } from "./people.js";

/** Conversations in which this worker takes part: System first, then the most recent. */
export function conversationsFor(world, project, identity) {
  return world
    .conversationsOf(project.name)
    .filter((conversation) => (conversation.participants ?? []).some((participant) => participant.identity === identity))
    .sort((one, other) => Number(isSystem(other)) - Number(isSystem(one)));
}

/** How many messages this worker has not read. */
export function unreadOf(conversation, identity) {
  const participant = (conversation.participants ?? []).find((one) => one.identity === identity);
  if (!participant || conversation.state === "closed") return 0;
  const last = conversation.last_message_index ?? -1;
  return Math.max(0, last - (participant.last_read_message_index ?? -1));
}

export function conversationList({ world, project, worker, state }) {
  const all = conversationsFor(world, project, worker.identity);
  const shown = all.filter((conversation) => (conversation.state === "closed") === (state.filter === "closed"));
  return [
    h(
      "div.settings",
      null,
      h(
        "div.segments",
        { role: "group", "aria-label": t("agent.filter") },
        ["open", "closed"].map((name) =>
          h("button", { "aria-pressed": String(state.filter === name), onclick: () => ((state.filter = name), redraw()) }, t(`agent.filter_${name}`)),
        ),
      ),
    ),
    shown.length
      ? h("ul.conversations", { "aria-label": t("agent.conversations") }, shown.map((conversation) => row(conversation, worker, state)))
      : emptyState({ symbol: "chat", title: t(`agent.none_${state.filter}`), text: t(`agent.none_${state.filter}_text`) }),
  ];
}

function row(conversation, worker, state) {
  const unread = unreadOf(conversation, worker.identity);
  const channel = channelOf(conversation);
  const last = conversation.last_message;
  const title = isSystem(conversation) ? t("agent.system") : titleOf(conversation);
  const changed = lastChange(conversation);
  const open = () => {
    state.open = conversation.sid;
    redraw();
  };
  return h(
    "li",
    { key: conversation.sid },
    h(
      "button.conversation",
      { onclick: open, class: unread > 0 && "unread" },
      avatar(title, { symbol: channel === "system" ? "system" : null }),
      h(
        "span.conversation-text",
        null,
        h("span.conversation-title", { translate: "no" }, title),
        h("span.conversation-last", { translate: "no" }, last ? summary(last, worker) : ""),
      ),
      h(
        "span.conversation-side",
        null,
        changed && h("time", { translate: "no" }, shortDate(changed)),
        unread > 0
          ? h("span.badge", null, h("span", { translate: "no", "aria-hidden": "true" }, unread), h("span.unseen", null, t("agent.unread", { count: unread })))
          : channel !== "system" && h("span.chip.quiet", null, t(`channel.${channel}`)),
      ),
    ),
  );
}

function summary(message, worker) {
  const text = message.body || (message.media?.length ? `📎 ${message.media[0].filename ?? ""}` : "");
  return message.author === worker.identity ? `→ ${text}` : text;
}
