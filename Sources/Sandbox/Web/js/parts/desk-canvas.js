/** The middle of the desk: the conversation or the call of the selected task. */

import { api } from "../lib/api.js";
import { personName } from "../lib/format.js";
import { t, tOf } from "../lib/i18n.js";
import { icon } from "../lib/icons.js";
import { attempt, emptyState, redraw } from "../lib/shell.js";
import { h } from "../lib/ui.js";
import { burstButton, deliverAll } from "./burst.js";
import { callControls, callState, callerOf, isLive, offeredTransfer, tickCalls } from "./call-controls.js";
import { messageList } from "./chat.js";
import { composer } from "./composer.js";
import { act } from "./desk-actions.js";
import { nameOfTask } from "./desk-tasks.js";
import { authorName } from "./people.js";
import { readUpTo } from "./reading.js";

const asked = new Set();

export function taskCanvas({ world, project, worker, selected, work, state }) {
  if (!selected) return nothingSelected(work);
  const { conversation, task } = selected;
  const call = task?.task_channel === "voice" ? callOf(world, project, task) : null;
  const bar = canvasBar(selected, state, isLive(call) && selected.reservation.status !== "wrapping");
  if (task?.task_channel === "voice") return [bar, callCanvas(world, call, selected.reservation)];
  if (!conversation) return [bar, emptyState({ symbol: "chat", title: t("desk.no_conversation"), text: t("desk.no_conversation_text") })];
  return [bar, ...chatCanvas({ world, project, worker, selected })];
}

function nothingSelected(work) {
  const isOffered = work.some(({ reservation }) => reservation.status === "pending");
  return emptyState({ symbol: isOffered ? "bell" : "chat", title: t(isOffered ? "desk.offered" : "desk.nothing"), text: t(isOffered ? "desk.offered_text" : "desk.nothing_text") });
}

function canvasBar(selected, state, isTalking) {
  const { reservation, task } = selected;
  const isWrapping = reservation.status === "wrapping";
  const finish = async () => {
    const answer = await act(reservation, isWrapping ? "complete" : "wrapup");
    if (answer !== undefined && isWrapping) state.selected = null;
    redraw();
  };
  const back = () => {
    state.selected = null;
    redraw();
  };
  return h(
    "header.canvas-bar",
    null,
    h("button.ghost.square.canvas-back", { "aria-label": t("agent.back"), onclick: back }, icon("back")),
    h("div.app-title", null, h("h2", { translate: "no" }, nameOfTask(selected)), h("span.sub", null, tOf("reservation_status", reservation.status))),
    // A call has its own button to hang up.
    !isTalking && h("button", { class: isWrapping ? "primary" : "", onclick: finish }, t(isWrapping ? "desk.complete" : task?.task_channel === "voice" ? "desk.hang_up" : "desk.end_chat")),
  );
}

/** The name under which this worker takes part: his own, or that as the old dialect escapes it. */
function identityIn(conversation, worker) {
  const participants = (conversation.participants ?? []).filter((one) => one.identity);
  const own = participants.find((one) => one.identity === worker.identity)
    ?? participants.find((one) => personName(one.identity) === worker.name);
  return own?.identity ?? worker.identity;
}

function chatCanvas({ world, project, worker, selected }) {
  const { conversation, reservation } = selected;
  const { sid } = conversation;
  const name = project.name;
  const me = identityIn(conversation, worker);
  if (!conversation.messages && !asked.has(sid)) {
    asked.add(sid);
    attempt(t("chat.load_failed"), () => world.loadMessages(name, sid));
  }
  readUpTo(conversation, me);
  const canWrite = reservation.status === "accepted" && conversation.state !== "closed";
  const post = (body, media = []) => async () => {
    const files = media.map(({ filename, content_type, data }) => ({ filename, content_type, data }));
    const message = await api.post(`/conversations/${sid}/messages`, { project: name, author: me, body, media: files });
    if (message?.sid) world.adoptMessage(name, { conversation_sid: sid, ...message });
  };
  const deliver = (body, media) => deliverAll({ project: name, sid, body, media, post });
  return [
    messageList({
      conversation, me, canChange: canWrite,
      nameOf: (message) => authorName(conversation, message),
      typing: world.typingIn(name, sid, me),
      empty: h("p.hint.centered", null, t("chat.none")),
    }),
    canWrite
      ? composer({
          key: sid,
          send: deliver,
          typed: () => api.post(`/conversations/${sid}/typing`, { project: name, identity: me }).catch(() => {}),
          extra: burstButton(deliver),
        })
      : h("p.closed-note", null, t(reservation.status === "wrapping" ? "desk.wrapping_text" : "agent.is_closed")),
  ];
}

function callOf(world, project, task) {
  const calls = [...world.calls.values()].filter((one) => one.project === project.name && (one.task_sid === task.sid || one.sid === task.attributes?.call_sid));
  // The customer's leg; that of an agent rings for a reservation, or has a parent.
  return calls.find((one) => !one.parent_sid && !one.reservation_sid) ?? calls[0];
}

function callCanvas(world, call, reservation) {
  if (!call) return emptyState({ symbol: "call", title: t("desk.no_call"), text: t("desk.no_call_text") });
  const own = [...world.calls.values()].find((one) => one.project === call.project && one.reservation_sid === reservation.sid && isLive(one));
  // Who has handed the call on has no part in it any more.
  const isMine = own || reservation.status !== "wrapping";
  tickCalls(isLive(call) && Boolean(isMine));
  if (!isMine) return emptyState({ symbol: "call", title: t("desk.call_over"), text: t("desk.call_over_text") });
  return h(
    "div.call",
    null,
    h("h3.call-number", { translate: "no" }, callerOf(call)),
    callState(call, own),
    isLive(call) && callControls({ world, call, own, offered: offeredTransfer(world, call) }),
  );
}
