/** What an agent does with a call: hold the customer, mute himself, hand the call on, hang up. At the desk and in the app. */

import { api } from "../lib/api.js";
import { clock, phoneNumber } from "../lib/format.js";
import { t, tOf } from "../lib/i18n.js";
import { icon } from "../lib/icons.js";
import { attempt, notify, redraw } from "../lib/shell.js";
import { h } from "../lib/ui.js";

const LIVE = new Set(["queued", "initiated", "ringing", "in-progress"]);

/** The leg whose list of other agents is open. */
let transferring = null;
let ticking = null;

export const isLive = (call) => LIVE.has(call?.status);

/** Draws every second while a call lasts. */
export function tickCalls(isRunning) {
  if (isRunning && !ticking) ticking = setInterval(redraw, 1000);
  if (!isRunning && ticking) ticking = clearInterval(ticking) ?? null;
}

/** The live leg that this worker's client holds, in whichever project the call is. */
export function ownLeg(world, identity) {
  return [...world.calls.values()].find((call) => isLive(call) && call.to === `client:${identity}` && call.reservation_sid);
}

/** The customer's leg of the call that an agent's leg is in. */
export function customerLeg(world, own) {
  return [...world.calls.values()].find((call) => call.project === own.project && !call.reservation_sid && (call.task_sid === own.task_sid || (own.conference_sid && call.conference_sid === own.conference_sid)));
}

/** How it stands: connected since, held, muted, being handed on. */
export function callState(call, own) {
  const since = own?.answered_at ?? call.answered_at;
  const until = call.ended_at ? Date.parse(call.ended_at) : Date.now();
  return [
    h("p.call-state", { role: "status" }, tOf("call_status", call.status), since && h("span", { translate: "no" }, ` ${clock(until - Date.parse(since))}`)),
    isLive(call) && (call.held || own?.muted) && h("p.chips", null, call.held && h("span.chip.chip-late", null, t("calls.held")), own?.muted && h("span.chip", null, t("calls.muted"))),
  ];
}

/** The name or number of who called. */
export const callerOf = (call) => phoneNumber(call.from);

/**
 * The buttons. `call` is the customer's leg, `own` the agent's; while there is no own leg the call can only be hung up.
 * `offered` is the task by which the call is being handed on, if it is.
 */
export function callControls({ world, call, own, offered }) {
  const project = world.project(call.project);
  const act = (leg, action) => () => attempt(t("calls.action_failed"), () => api.post(`/calls/${leg.sid}/${action}`, { project: call.project }));
  const open = () => {
    transferring = transferring === own.sid ? null : own.sid;
    redraw();
  };
  const rings = own && own.status !== "in-progress";
  const talks = own?.status === "in-progress" && own.conference_sid;
  return [
    h(
      "div.call-actions",
      null,
      rings && round("accept", "calls.answer", "call", act(own, "answer")),
      talks && [
        toggle("calls.mute", own.muted ? "mic_off" : "mic", own.muted, act(own, own.muted ? "unmute" : "mute")),
        toggle("calls.hold", call.held ? "play" : "pause", call.held, act(call, call.held ? "unhold" : "hold")),
        h("button.round-action.plain", { "aria-label": t("calls.transfer"), title: t("calls.transfer"), "aria-expanded": String(transferring === own.sid), disabled: Boolean(offered), onclick: open }, icon("swap", { size: 24 })),
      ],
      round("hang", "calls.hangup", "hangup", act(rings ? own : call, "hangup")),
    ),
    talks && offered && h("p.hint", { role: "status" }, t("calls.offered", { to: nameOf(project, offered) })),
    talks && !offered && transferring === own.sid && others(project, own),
  ];
}

/** The task by which a call is being handed on, and has not been taken yet. */
export function offeredTransfer(world, call) {
  return [...world.tasks.values()].find((task) => task.project === call.project && task.attributes?.call_sid === call.sid && task.attributes?.transferred_from === call.task_sid && ["pending", "reserved"].includes(task.status ?? task.state));
}

function nameOf(project, task) {
  return project?.workers.find((worker) => worker.sid === task.attributes?.transferred_to)?.name ?? "";
}

function round(kind, label, symbol, onclick) {
  return h(`button.round-action.${kind}`, { "aria-label": t(label), title: t(label), onclick }, icon(symbol, { size: 26 }));
}

function toggle(label, symbol, isOn, onclick) {
  return h("button.round-action.plain", { "aria-label": t(label), title: t(label), "aria-pressed": String(Boolean(isOn)), onclick }, icon(symbol, { size: 24 }));
}

/** The other agents; those who are away cannot be chosen. */
function others(project, own) {
  const rest = (project?.workers ?? []).filter((worker) => own.to !== `client:${worker.identity}`);
  if (!rest.length) return h("p.hint", null, t("agent.transfer_nobody"));
  const hand = (worker) => async () => {
    const answer = await attempt(t("calls.transfer_failed"), () => api.post(`/reservations/${own.reservation_sid}/transfer`, { project: own.project, to: worker.sid }));
    if (answer === undefined) return;
    transferring = null;
    notify(t("calls.offered", { to: worker.name }));
    redraw();
  };
  return h(
    "ul.call-others",
    { "aria-label": t("agent.sheet_transfer") },
    rest.map((worker) =>
      h(
        "li",
        { key: worker.sid },
        h("button.wide", { disabled: !worker.available, onclick: hand(worker) }, h("span", { translate: "no" }, worker.name), h("span.sub", null, t(worker.available ? "agent.is_available" : "agent.is_away"))),
      ),
    ),
  );
}
