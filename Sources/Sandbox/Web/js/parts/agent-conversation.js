/** One conversation in the agent's mobile app. */

import { api } from "../lib/api.js";
import { personName } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icons.js";
import { attempt, redraw } from "../lib/shell.js";
import { h } from "../lib/ui.js";
import { takeFirstWords } from "./agent-new.js";
import { openSheet } from "./agent-sheets.js";
import { burstButton, deliverAll } from "./burst.js";
import { messageList } from "./chat.js";
import { composer } from "./composer.js";
import { authorName, channelOf, isSystem, titleOf } from "./people.js";
import { readUpTo } from "./reading.js";

const asked = new Set();

export function conversationScreen({ world, project, worker, conversation, state }) {
  const { sid } = conversation;
  if (!conversation.messages && !asked.has(sid)) {
    asked.add(sid);
    attempt(t("chat.load_failed"), () => world.loadMessages(project.name, sid));
  }
  readUpTo(conversation, worker.identity);
  const isClosed = conversation.state === "closed";
  const isMember = (conversation.participants ?? []).some((participant) => participant.identity === worker.identity);
  return [
    bar(conversation, state, isClosed),
    messageList({
      conversation, me: worker.identity, canChange: !isClosed && !isSystem(conversation), events: transfersOf(conversation),
      nameOf: (message) => (isSystem(conversation) ? t("agent.system") : authorName(conversation, message)),
      typing: world.typingIn(project.name, sid, worker.identity),
      empty: h("p.hint.centered", null, t("chat.none")),
    }),
    isClosed || !isMember
      ? h("p.closed-note", null, t(isClosed ? "agent.is_closed" : "agent.has_left"))
      : writer(world, project, worker, conversation),
  ];
}

function bar(conversation, state, isClosed) {
  const back = () => {
    state.open = null;
    redraw();
  };
  const ask = (name) => () => openSheet(state, name);
  const isNotice = isSystem(conversation);
  return h(
    "header.app-bar",
    null,
    h("button.ghost.square", { "aria-label": t("agent.back"), title: t("agent.back"), onclick: back }, icon("back")),
    h(
      "div.app-title",
      null,
      isNotice ? h("h2", null, t("agent.system")) : h("h2", { translate: "no" }, titleOf(conversation)),
      h("span.sub", null, t(`channel.${channelOf(conversation)}`)),
    ),
    !isNotice && !isClosed && [
      h("button.ghost.square", { "aria-label": t("agent.transfer"), title: t("agent.transfer"), onclick: ask("transfer") }, icon("swap")),
      h("button.ghost.square", { "aria-label": t("agent.close"), title: t("agent.close"), onclick: ask("close") }, icon("accept")),
    ],
  );
}

function writer(world, project, worker, conversation) {
  const { sid } = conversation;
  const name = project.name;
  const post = (body, media = []) => async () => {
    const files = media.map(({ filename, content_type, data }) => ({ filename, content_type, data }));
    const message = await api.post(`/conversations/${sid}/messages`, { project: name, author: worker.identity, body, media: files });
    if (message?.sid) world.adoptMessage(name, { conversation_sid: sid, ...message });
  };
  // Now the agent is in the conversation, and what he wrote before it began can be sent.
  const words = takeFirstWords(sid);
  const deliver = (body, media) => deliverAll({ project: name, sid, body, media, post });
  if (words) deliver(words, []);
  const isNotice = isSystem(conversation);
  return composer({
    key: sid,
    send: deliver,
    typed: () => api.post(`/conversations/${sid}/typing`, { project: name, identity: worker.identity }).catch(() => {}),
    quick: isNotice && isAsked(conversation, worker) ? [{ label: t("agent.quick_accept"), value: "1" }, { label: t("agent.quick_decline"), value: "2" }] : [],
    extra: isNotice ? null : burstButton(deliver),
    canAttach: !isNotice,
  });
}

/** Whether the last word in a System conversation is not the agent's own. */
function isAsked(conversation, worker) {
  const last = conversation.messages?.at(-1) ?? conversation.last_message;
  return Boolean(last) && last.author !== worker.identity;
}

/** Transfers, as the app notes them in the conversation's attributes. */
function transfersOf(conversation) {
  const events = conversation.attributes?.["frontline.events"];
  if (!Array.isArray(events)) return [];
  return events
    .filter((event) => event.from && event.to)
    .map((event) => ({ at: Number(event.date), text: t("agent.transferred", { from: personName(event.from), to: personName(event.to) }) }));
}
