/** A conversation as all three apps show it: days, bubbles, media, receipts, who is typing. */

import { api } from "../lib/api.js";
import { day, fileSize, personName, time } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icons.js";
import { attempt, redraw } from "../lib/shell.js";
import { h } from "../lib/ui.js";
import { outbox } from "./outbox.js";

/** Messages of one author this close together, in milliseconds, share one name. */
const GROUP_MS = 5 * 60_000;

/** The message that is being edited, and what it is to become: `{sid, text}`. */
let editing = null;
let removing = null;

/**
 * The messages of a conversation.
 *
 * `me` is the identity or address that is writing here; `nameOf(message)` names an author; `canChange` shows edit and
 * delete on own messages; `events` `{at, text}` stand between the messages of their time; `typing` is who is writing now;
 * `empty` stands in when there is nothing; `outboxKey` is under which messages wait that are on their way, unless the SID.
 */
export function messageList({ conversation, me, nameOf, canChange = false, events = [], typing, empty, outboxKey }) {
  const { project, sid } = conversation;
  if (!conversation.messages) return h("div.messages.messages-empty", { key: `${sid}-loading` }, h("p.hint.centered", null, t("shell.loading")));
  const { messages } = conversation;
  const waiting = outbox.of(project, outboxKey ?? sid);
  const rows = [];
  const happened = [...events].sort((one, other) => one.at - other.at);
  let before = null;
  for (const message of messages) {
    while (happened.length && happened[0].at <= Date.parse(message.date_created)) rows.push(eventRow(happened.shift()));
    if (!before || day(before.date_created) !== day(message.date_created)) {
      rows.push(h("li.day", { key: `day-${message.sid}` }, h("span", null, day(message.date_created))));
      before = null;
    }
    rows.push(bubble({ conversation, message, before, me, nameOf, canChange }));
    before = message;
  }
  rows.push(...happened.map(eventRow));
  rows.push(...waiting.map(waitingBubble));
  if (typing) rows.push(h("li.typing", { key: "typing" }, t("chat.typing", { name: personName(typing) })));
  if (!rows.length && empty) return h("div.messages.messages-empty", { key: `${sid}-empty` }, empty);
  return h(
    "div.messages",
    { key: sid, stick: sid, role: "log", "aria-label": t("chat.messages"), tabindex: 0 },
    h("ol", null, rows),
  );
}

function bubble({ conversation, message, before, me, nameOf, canChange }) {
  const isMine = message.author === me;
  const isFirst =
    before?.author !== message.author || Date.parse(message.date_created) - Date.parse(before.date_created) > GROUP_MS;
  return h(
    "li.message",
    { key: message.sid, class: [isMine ? "mine" : "theirs", isFirst && "first"] },
    isFirst && !isMine && h("span.author", { translate: "no" }, nameOf(message)),
    h(
      "div.bubble-row",
      null,
      h(
        "div.bubble",
        null,
        (message.media ?? []).map((medium) => mediaView(conversation.project, medium)),
        editing?.sid === message.sid ? editor(conversation, message, me) : bodyView(message),
      ),
      isMine && canChange && editing?.sid !== message.sid && changeButtons(conversation, message, me),
    ),
    footer(conversation, message, isMine, me),
  );
}

function eventRow({ at, text }) {
  return h("li.day", { key: `event-${at}` }, h("span", null, text));
}

function bodyView(message) {
  return message.body ? h("p.body", { translate: "no" }, message.body) : null;
}

function footer(conversation, message, isMine, me) {
  return h(
    "span.meta",
    null,
    h("time", { translate: "no", datetime: message.date_created }, time(message.date_created)),
    message.edited && h("span", null, t("chat.edited")),
    isMine && receipt(conversation, message, me),
  );
}

/** How far a message of ours has come: sent, delivered, read, or not at all. */
export function receiptOf(conversation, message, me) {
  const statuses = (message.receipts ?? []).map((receipt) => receipt.status);
  if (statuses.includes("failed") || statuses.includes("undelivered")) return "failed";
  const others = (conversation.participants ?? []).filter((p) => p.identity !== me && p.address !== me);
  const isRead = others.some((participant) => (participant.last_read_message_index ?? -1) >= message.index);
  if (isRead || statuses.includes("read")) return "read";
  return statuses.includes("delivered") ? "delivered" : "sent";
}

function receipt(conversation, message, me) {
  const status = receiptOf(conversation, message, me);
  const symbol = { sent: "check", delivered: "checks", read: "checks", failed: "alert" }[status];
  const label = { sent: t("chat.sent"), delivered: t("chat.delivered"), read: t("chat.read"), failed: t("chat.failed") };
  return h("span.receipt", { class: `receipt-${status}`, title: label[status] }, icon(symbol, { size: 16, label: label[status] }));
}

function mediaView(project, medium) {
  const url = api.mediaURL(project, medium.sid);
  const type = medium.content_type ?? "";
  const name = medium.filename || t("chat.file");
  if (type.startsWith("image/")) {
    return h("a.picture", { href: url, target: "_blank", rel: "noopener" }, h("img", { src: url, alt: name, translate: "no" }));
  }
  if (type.startsWith("audio/")) return h("audio", { src: url, controls: true, "aria-label": name, translate: "no" });
  return h(
    "a.file",
    { href: url, target: "_blank", rel: "noopener", translate: "no" },
    icon("file"),
    h("span", null, name),
    h("small", null, fileSize(medium.size ?? 0)),
  );
}

function changeButtons(conversation, message, me) {
  if (removing === message.sid) {
    const remove = async () => {
      removing = null;
      const { project, sid } = conversation;
      const body = { project, message_sid: message.sid, author: me };
      await attempt(t("chat.remove_failed"), () => api.post(`/conversations/${sid}/remove`, body));
    };
    return h(
      "div.change.asking",
      null,
      h("button.small.danger", { onclick: remove, focus: true }, t("chat.remove_confirm")),
      h("button.small", { onclick: () => ((removing = null), redraw()) }, t("chat.keep")),
    );
  }
  return h(
    "div.change",
    null,
    h("button.ghost.square", { "aria-label": t("chat.edit"), title: t("chat.edit"), onclick: () => ((editing = { sid: message.sid, text: message.body ?? "" }), redraw()) }, icon("edit", { size: 16 })),
    h("button.ghost.square", { "aria-label": t("chat.remove"), title: t("chat.remove"), onclick: () => ((removing = message.sid), redraw()) }, icon("trash", { size: 16 })),
  );
}

function editor(conversation, message, me) {
  // Of this message: until the page is drawn again its field is there, and another one may be open already.
  const own = editing;
  const stop = () => {
    if (editing === own) editing = null;
    redraw();
  };
  const save = async (event) => {
    event.preventDefault();
    const body = own.text.trim();
    const { project, sid } = conversation;
    const change = { project, message_sid: message.sid, author: me, body };
    const saved = await attempt(t("chat.edit_failed"), () => api.post(`/conversations/${sid}/edit`, change));
    if (saved !== undefined) stop();
  };
  const key = (event) => event.key === "Escape" && stop();
  return h(
    "form.editor",
    { onsubmit: save, onkeydown: key },
    h("textarea", { name: "body", rows: 2, required: true, "aria-label": t("chat.edit"), value: own.text, oninput: (event) => (own.text = event.target.value), focus: true }),
    h("div.row", null, h("button.small.primary", { type: "submit" }, t("chat.save")), h("button.small", { type: "button", onclick: stop }, t("chat.cancel"))),
  );
}

function waitingBubble(entry) {
  return h(
    "li.message.mine.waiting",
    { key: entry.id, class: entry.isFailed && "unsent" },
    h("div.bubble-row", null, h("div.bubble", null, h("p.body", { translate: "no" }, entry.body || entry.media.map((file) => file.filename).join(", ")))),
    entry.isFailed
      ? h(
          "span.meta",
          null,
          icon("alert", { size: 16 }),
          t("chat.not_sent"),
          h("button.link", { onclick: () => entry.retry() }, t("chat.try_again")),
          h("button.link", { onclick: () => entry.discard() }, t("chat.discard")),
        )
      : h("span.meta", null, icon("clock", { size: 16 }), t("chat.sending")),
  );
}
