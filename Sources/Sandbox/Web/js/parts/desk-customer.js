/** The right of the desk: who the customer is, and what the task says. */

import { shortSID, time } from "../lib/format.js";
import { t, tOf } from "../lib/i18n.js";
import { h } from "../lib/ui.js";
import { nameOfTask } from "./desk-tasks.js";
import { avatar, customerOf } from "./people.js";

/** Attributes that the panel shows elsewhere, or that say nothing to a person. */
const HIDDEN = new Set(["customerName", "name", "conversationSid", "channelSid", "conversations"]);
/** Attributes shown at most; texts longer than this are cut. */
const SHOWN = 12;
const TEXT_LIMIT = 120;
const SID = /^[A-Z]{2}[0-9a-f]{32}$/;

export function customerPanel({ project, selected }) {
  if (!selected) return h("p.hint", null, t("desk.customer_none"));
  const { task, conversation, reservation } = selected;
  const customer = conversation && customerOf(conversation);
  const name = nameOfTask(selected);
  const attributes = Object.entries(task?.attributes ?? {}).filter(([key, value]) => !HIDDEN.has(key) && typeof value !== "object");
  return [
    h("div.profile", null, avatar(name, { size: "large" }), h("strong", { translate: "no" }, name), customer && h("span.sub", { translate: "no" }, customer.address ?? customer.identity ?? "")),
    h(
      "dl.facts",
      null,
      fact(t("desk.channel"), tOf("channel", task?.task_channel)),
      task && fact(t("desk.task_state"), tOf("task_status", task.status)),
      fact(t("desk.since"), h("span", { translate: "no" }, time(reservation.date_created, true))),
      fact(t("desk.project"), h("span", { translate: "no" }, project.name)),
      conversation && fact(t("desk.conversation"), sid(conversation.sid)),
      task && fact(t("desk.task"), sid(task.sid)),
    ),
    attributes.length > 0 && [
      h("h3", null, t("desk.attributes")),
      h("dl.facts.attributes", { translate: "no" }, attributes.slice(0, SHOWN).map(([key, value]) => fact(key, readable(value)))),
    ],
  ];
}

function fact(name, value) {
  return [h("dt", null, name), h("dd", null, value)];
}

function readable(value) {
  const text = String(value);
  return SID.test(text) ? sid(text) : text.slice(0, TEXT_LIMIT);
}

function sid(value) {
  return h("code", { translate: "no", title: value }, shortSID(value));
}
