/** Text messages of the customer's telephone: SMS and WhatsApp to the numbers of either project. */

import { api } from "../lib/api.js";
import { phoneNumber } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { attempt, redraw, remembered } from "../lib/shell.js";
import { h } from "../lib/ui.js";
import { burstButton, deliverAll } from "./burst.js";
import { messageList } from "./chat.js";
import { composer } from "./composer.js";
import { authorName } from "./people.js";

/** E.164: a plus and 8 to 15 digits. */
const NUMBER = /^\+[1-9]\d{7,14}$/;
const FIRST_NUMBER = "+34600111222";

let mine = remembered.get("number") ?? FIRST_NUMBER;
let channel = "sms";
let target = null;
const asked = new Set();

/** The number of this telephone. */
export const ownNumber = () => mine;

export function textsView(world) {
  const project = world.project(target) ?? world.projects[0];
  const conversation = openConversation(world, project.name);
  // One chain for all that this telephone sends there, also across the moment in which the conversation comes to be.
  const chain = `${project.name}-${channel}-${mine}`;
  if (conversation && !conversation.messages && !asked.has(conversation.sid)) {
    asked.add(conversation.sid);
    attempt(t("chat.load_failed"), () => world.loadMessages(project.name, conversation.sid));
  }
  const post = (body, media = []) => () => send(world, project, conversation, body, media);
  return [
    h("header.app-bar", null, h("div.app-title", null, h("h2", null, t("customer.app_texts")), h("span.sub", { translate: "no" }, businessNumber(project)))),
    h("div.settings", null, channelChoice(), targetChoice(world, project), numberField()),
    messageList({
      me: address(), conversation: conversation ?? { project: project.name, sid: chain, participants: [], messages: [] },
      nameOf: (message) => authorName(conversation, message),
      empty: h("p.hint.centered", null, t("customer.texts_empty")),
      outboxKey: chain,
    }),
    composer({
      key: chain,
      send: (body, media) => deliverAll({ project: project.name, sid: chain, body, media, post }),
      extra: burstButton({ project: project.name, sid: chain, post }),
      canAttach: Boolean(conversation),
    }),
  ];
}

const address = () => (channel === "whatsapp" ? `whatsapp:${mine}` : mine);

function openConversation(world, project) {
  const own = world.conversationsOf(project).filter((c) => (c.participants ?? []).some((p) => p.address === address()));
  return own.find((conversation) => conversation.state !== "closed");
}

async function send(world, project, conversation, body, media) {
  const name = project.name;
  // The conversation may have come into being since this message was written.
  const current = conversation ?? openConversation(world, name);
  const files = media.map(({ filename, content_type, data }) => ({ filename, content_type, data }));
  if (current && files.length) {
    await api.post(`/conversations/${current.sid}/messages`, { project: name, author: address(), body, media: files });
  } else {
    await api.post("/customer/sms", { project: name, from: mine, body, channel });
  }
}

function channelChoice() {
  return h(
    "div.segments",
    { role: "group", "aria-label": t("customer.channel") },
    ["sms", "whatsapp"].map((name) =>
      h("button", { "aria-pressed": String(channel === name), onclick: () => ((channel = name), redraw()) }, t(`channel.${name}`)),
    ),
  );
}

function targetChoice(world, project) {
  return h(
    "label.inline-field",
    null,
    h("span", null, t("customer.to")),
    h(
      "select",
      { value: project.name, translate: "no", onchange: (event) => ((target = event.target.value), redraw()) },
      world.projects.map((one) => h("option", { value: one.name, selected: one === project }, one.name)),
    ),
  );
}

function numberField() {
  const change = (event) => {
    const next = event.target.value.replace(/[\s()-]/g, "");
    event.target.setCustomValidity(NUMBER.test(next) ? "" : t("customer.number_invalid"));
    if (!event.target.reportValidity()) return;
    mine = next;
    remembered.set("number", mine);
    redraw();
  };
  return h(
    "label.inline-field",
    null,
    h("span", null, t("customer.my_number")),
    h("input", { type: "tel", value: mine, onchange: change, autocomplete: "off", spellcheck: "false" }),
  );
}

/** What this project answers to on the chosen channel. */
function businessNumber(project) {
  const found = project.numbers.find((number) => number.startsWith("whatsapp:") === (channel === "whatsapp"));
  return phoneNumber(found ?? project.numbers[0]);
}
