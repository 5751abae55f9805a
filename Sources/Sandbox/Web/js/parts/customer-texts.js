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
/** What stands in the field of the number: what was typed there, even while it is no number. */
let typedNumber = mine;
let channel = "sms";
let target = null;
const asked = new Set();

/** The number of this telephone. */
export const ownNumber = () => mine;

export function textsView(world) {
  const project = world.project(target) ?? world.projects[0];
  const conversation = openConversation(world, lineTo(project));
  if (conversation && !conversation.messages && !asked.has(conversation.sid)) {
    asked.add(conversation.sid);
    attempt(t("chat.load_failed"), () => world.loadMessages(project.name, conversation.sid));
  }
  // Asked when something is sent: the number may have changed since this was drawn.
  const deliver = (body, media) => {
    const line = lineTo(world.project(target) ?? world.projects[0]);
    deliverAll({ project: line.project, sid: chainOf(line), body, media, post: sending(world, line) });
  };
  return [
    h("header.app-bar", null, h("div.app-title", null, h("h2", null, t("customer.app_texts")), h("span.sub", { translate: "no" }, businessNumber(project)))),
    h("div.settings", null, channelChoice(), targetChoice(world, project), numberField()),
    messageList({
      me: addressOf(lineTo(project)), conversation: conversation ?? { project: project.name, sid: chainOf(lineTo(project)), participants: [], messages: [] },
      nameOf: (message) => authorName(conversation, message),
      empty: h("p.hint.centered", null, t("customer.texts_empty")),
      outboxKey: chainOf(lineTo(project)),
    }),
    // One for every line: a half-written text stays when number, channel or company change.
    composer({ key: "texts", send: deliver, extra: burstButton(deliver), canAttach: Boolean(conversation) }),
  ];
}

/** Who writes to whom, and through what, as it is chosen now. */
const lineTo = (project) => ({ project: project.name, number: mine, channel });

const addressOf = ({ channel: through, number }) => (through === "whatsapp" ? `whatsapp:${number}` : number);

/** One chain for all that is sent on a line, also across the moment in which its conversation comes to be. */
const chainOf = ({ project, channel: through, number }) => `${project}-${through}-${number}`;

function openConversation(world, line) {
  const own = world.conversationsOf(line.project).filter((c) => (c.participants ?? []).some((p) => p.address === addressOf(line)));
  return own.find((conversation) => conversation.state !== "closed");
}

/** Requests for messages of one line, whatever is chosen when they are made. */
function sending(world, line) {
  const { project, number, channel: through } = line;
  return (body, media = []) => {
    const files = media.map(({ filename, content_type, data }) => ({ filename, content_type, data }));
    let words = body;
    let begun;
    return async () => {
      // The conversation may have come into being since this message was written.
      const sid = openConversation(world, line)?.sid ?? begun;
      if (!sid || !files.length) {
        begun = (await api.post("/customer/sms", { project, from: number, body: words, channel: through }))?.conversation_sid;
        words = "";
      }
      // Files go to a conversation; where there was none the words have begun it.
      if (files.length) await api.post(`/conversations/${sid ?? begun}/messages`, { project, author: addressOf(line), body: words, media: files });
    };
  };
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
  const written = (event) => {
    typedNumber = event.target.value;
    event.target.setCustomValidity("");
  };
  const change = (event) => {
    const next = event.target.value.replace(/[\s()-]/g, "");
    event.target.setCustomValidity(NUMBER.test(next) ? "" : t("customer.number_invalid"));
    if (!event.target.reportValidity()) return;
    event.target.value = next;
    mine = typedNumber = next;
    remembered.set("number", mine);
    redraw();
  };
  return h(
    "label.inline-field",
    null,
    h("span", null, t("customer.my_number")),
    h("input", { type: "tel", value: typedNumber, oninput: written, onchange: change, autocomplete: "off", spellcheck: "false" }),
  );
}

/** What this project answers to on the chosen channel. */
function businessNumber(project) {
  const found = project.numbers.find((number) => number.startsWith("whatsapp:") === (channel === "whatsapp"));
  return phoneNumber(found ?? project.numbers[0]);
}
