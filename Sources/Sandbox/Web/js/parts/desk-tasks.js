/** The work of one agent: what is offered, what is under way, what is being wrapped up. */

import { clock } from "../lib/format.js";
import { t, tOf } from "../lib/i18n.js";
import { icon, ring } from "../lib/icons.js";
import { emptyState, redraw } from "../lib/shell.js";
import { h } from "../lib/ui.js";
import { act } from "./desk-actions.js";
import { avatar, titleOf } from "./people.js";

const GROUPS = [
  { name: "incoming", statuses: ["pending"] },
  { name: "active", statuses: ["accepted"] },
  { name: "wrapping", statuses: ["wrapping"] },
];
const OPEN = GROUPS.flatMap((group) => group.statuses);
/** How long a reservation is open when the Sandbox does not say, in milliseconds. */
const RESERVATION_MS = 120_000;

let ticking = null;

/** Open reservations of a worker with their task and conversation, oldest first. */
export function workOf(world, project, worker) {
  return [...world.reservations.values()]
    .filter((one) => one.project === project.name && one.worker_sid === worker.sid && OPEN.includes(one.status))
    .map((reservation) => {
      const task = world.tasks.get(`${project.name}/${reservation.task_sid}`);
      const sid = conversationSID(task);
      return { reservation, task, conversation: sid ? world.conversation(project.name, sid) : undefined };
    })
    .sort((one, other) => one.reservation.date_created.localeCompare(other.reservation.date_created));
}

function conversationSID(task) {
  const attributes = task?.attributes ?? {};
  return task?.conversation_sid ?? attributes.conversationSid ?? attributes.channelSid ?? attributes.conversations?.conversation_sid;
}

export function nameOfTask({ task, conversation }) {
  const attributes = task?.attributes ?? {};
  return attributes.customerName ?? attributes.name ?? (conversation ? titleOf(conversation) : attributes.from ?? task?.sid ?? "");
}

export function taskList({ work, state }) {
  tick(work.some(({ reservation }) => reservation.status === "pending"));
  if (!work.length) return emptyState({ symbol: "desk", title: t("desk.no_tasks"), text: t("desk.no_tasks_text") });
  return GROUPS.map(({ name, statuses }) => {
    const items = work.filter(({ reservation }) => statuses.includes(reservation.status));
    if (!items.length) return null;
    return h(
      "section.task-group",
      { key: name, role: name === "incoming" ? "alert" : null, "aria-label": t(`desk.group_${name}`) },
      h("h2", null, t(`desk.group_${name}`), h("span.count", { translate: "no" }, items.length)),
      h("ul", null, items.map((item) => (name === "incoming" ? incoming(item) : taskRow(item, state)))),
    );
  });
}

/** Draws every quarter of a second while a ring runs. */
function tick(isRunning) {
  if (isRunning && !ticking) ticking = setInterval(redraw, 250);
  if (!isRunning && ticking) ticking = clearInterval(ticking) ?? null;
}

function incoming(item) {
  const { reservation, task } = item;
  const began = Date.parse(reservation.date_created);
  const ends = reservation.expires_at ? Date.parse(reservation.expires_at) : began + RESERVATION_MS;
  const left = Math.max(0, ends - Date.now());
  return h(
    "li.incoming",
    { key: reservation.sid },
    h(
      "div.incoming-top",
      null,
      ring(left / (ends - began), Math.ceil(left / 1000)),
      h("div.conversation-text", null, h("span.conversation-title", { translate: "no" }, nameOfTask(item)), h("span.conversation-last", null, tOf("channel", task?.task_channel))),
    ),
    h(
      "div.row",
      null,
      h("button.primary", { onclick: () => act(reservation, "accept") }, icon("accept", { size: 18 }), t("desk.accept")),
      h("button", { onclick: () => act(reservation, "reject") }, t("desk.decline")),
    ),
  );
}

function taskRow(item, state) {
  const { reservation, task, conversation } = item;
  const name = nameOfTask(item);
  const isVoice = task?.task_channel === "voice";
  const select = () => {
    state.selected = reservation.sid;
    redraw();
  };
  const last = conversation?.last_message?.body;
  return h(
    "li",
    { key: reservation.sid },
    h(
      "button.conversation",
      { onclick: select, "aria-current": state.selected === reservation.sid ? "true" : null },
      avatar(name, { symbol: isVoice ? "call" : null }),
      h(
        "span.conversation-text",
        null,
        h("span.conversation-title", { translate: "no" }, name),
        last ? h("span.conversation-last", { translate: "no" }, last) : h("span.conversation-last", null, tOf("channel", task?.task_channel)),
      ),
      h("time.sub", { translate: "no" }, clock(Date.now() - Date.parse(reservation.date_created))),
    ),
  );
}
