/** The chat on a company's web site, as its customer sees it. */

import { api } from "../lib/api.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icons.js";
import { attempt, redraw, remembered } from "../lib/shell.js";
import { h } from "../lib/ui.js";
import { messageList } from "./chat.js";
import { burstButton, deliverAll } from "./burst.js";
import { composer } from "./composer.js";
import { authorName, projectNamed } from "./people.js";

let session = JSON.parse(remembered.get("chat") ?? "null");
let isStarting = false;
/** What is written into the form that begins a chat; it stays while another app of the telephone is open. */
let begun = { name: "", body: "" };
/** Conversations whose messages were asked for. */
const asked = new Set();

export function webChatView(world) {
  const conversation = session && world.conversation(session.project, session.sid);
  if (!conversation) return startForm(world);
  if (!conversation.messages && !asked.has(session.sid)) {
    asked.add(session.sid);
    attempt(t("chat.load_failed"), () => world.loadMessages(session.project, session.sid));
  }
  const isClosed = conversation.state === "closed";
  return [
    h(
      "header.app-bar",
      null,
      h("div.app-title", null, h("h2", null, t("customer.company")), h("span.sub", null, statusOf(conversation))),
      !isClosed && h("button.small", { onclick: () => leave(conversation) }, t("customer.end")),
    ),
    messageList({
      conversation, me: session.identity, canChange: true,
      nameOf: (message) => authorName(conversation, message),
      typing: world.typingIn(session.project, session.sid, session.identity),
      empty: h("p.hint.centered", null, t("customer.chat_empty")),
    }),
    isClosed ? closedNote() : chatComposer(world, conversation),
  ];
}

function startForm(world) {
  const start = async (event) => {
    event.preventDefault();
    if (isStarting) return;
    const { name, body } = begun;
    const project = projectNamed(world, "flex", 0).name;
    isStarting = true;
    redraw();
    const answer = await attempt(t("customer.start_failed"), () =>
      api.post("/customer/chats", { project, name: name.trim(), body: body.trim() }),
    );
    isStarting = false;
    if (answer) {
      begun = { name: "", body: "" };
      remember({ project, sid: answer.conversation_sid, identity: answer.identity });
      await attempt(t("chat.load_failed"), () => world.loadMessages(project, answer.conversation_sid, true));
    }
    redraw();
  };
  return h(
    "form.start",
    { onsubmit: start },
    h("span.empty-sign", null, icon("chat", { size: 28 })),
    h("h2", null, t("customer.start_title")),
    h("p.hint", null, t("customer.start_text")),
    h("label.field", null, h("span", null, t("customer.name")), h("input", { name: "name", value: begun.name, oninput: (event) => (begun.name = event.target.value), required: true, maxlength: 80, autocomplete: "off", placeholder: t("customer.name_example") })),
    h("label.field", null, h("span", null, t("customer.first_message")), h("textarea", { name: "body", value: begun.body, oninput: (event) => (begun.body = event.target.value), required: true, rows: 3, maxlength: 1600, placeholder: t("customer.first_message_example") })),
    h("button.primary.wide", { type: "submit", disabled: isStarting }, t(isStarting ? "customer.starting" : "customer.start")),
  );
}

function chatComposer(world, conversation) {
  const { project, sid } = conversation;
  const me = session.identity;
  const post = (body, media = []) => async () => {
    const files = media.map(({ filename, content_type, data }) => ({ filename, content_type, data }));
    const message = await api.post(`/conversations/${sid}/messages`, { project, author: me, body, media: files });
    if (message?.sid) world.adoptMessage(project, { conversation_sid: sid, ...message });
  };
  const deliver = (body, media) => deliverAll({ project, sid, body, media, post });
  return composer({
    key: sid,
    send: deliver,
    typed: () => api.post(`/conversations/${sid}/typing`, { project, identity: me }).catch(() => {}),
    extra: burstButton(deliver),
  });
}

function closedNote() {
  return h("div.closed-note", null, h("p", null, t("customer.closed")), h("button.primary", { onclick: () => (remember(null), redraw()) }, t("customer.new_chat")));
}

async function leave(conversation) {
  const { project, sid } = conversation;
  await attempt(t("customer.end_failed"), () => api.post(`/conversations/${sid}/close`, { project }));
}

function statusOf(conversation) {
  if (conversation.state === "closed") return t("customer.is_closed");
  const agents = (conversation.participants ?? []).filter((participant) => participant.identity && participant.identity !== session.identity);
  return agents.length ? t("customer.has_agent") : t("customer.waits");
}

function remember(next) {
  session = next;
  remembered.set("chat", next && JSON.stringify(next));
}
