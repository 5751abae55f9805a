/** Calls of the customer's telephone: dial, hear what the voice says, press keys, hang up, answer when it rings. */

import { api } from "../lib/api.js";
import { clock, phoneNumber, shortDate } from "../lib/format.js";
import { t, tOf } from "../lib/i18n.js";
import { icon } from "../lib/icons.js";
import { attempt, redraw } from "../lib/shell.js";
import { h } from "../lib/ui.js";
import { ownNumber } from "./customer-texts.js";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const LIVE = new Set(["queued", "initiated", "ringing", "in-progress"]);
/** Calls shown in the list of past ones. */
const PAST_SHOWN = 6;

let dialled = null;
let pressed = "";
let ticking = null;

export function callsView(world) {
  const calls = [...world.calls.values()].filter(isMine).sort((one, other) => other.date_created.localeCompare(one.date_created));
  const live = calls.find((call) => LIVE.has(call.status));
  tick(Boolean(live));
  return live ? liveCall(world, live) : dialler(world, calls);
}

/** Legs that this telephone is a party of; one that an agent's client holds is not, whoever's number it shows. */
const isMine = (call) => (call.from === ownNumber() && !call.to.startsWith("client:")) || (call.to === ownNumber() && !call.from.startsWith("client:"));

/** Draws every second while a call lasts. */
function tick(isLive) {
  if (isLive && !ticking) ticking = setInterval(redraw, 1000);
  if (!isLive && ticking) ticking = clearInterval(ticking) ?? null;
}

/** Whether there is, or rings, more than one other in this call's conference. */
function isHandedOn(world, call) {
  if (!call.conference_sid) return false;
  const isOther = (one) => one.project === call.project && one.sid !== call.sid && LIVE.has(one.status) && one.conference_sid === call.conference_sid;
  return [...world.calls.values()].filter(isOther).length > 1;
}

function liveCall(world, call) {
  const isIncoming = call.to === ownNumber();
  const rings = isIncoming && call.status !== "in-progress";
  const act = (action) => () => attempt(t("calls.action_failed"), () => api.post(`/calls/${call.sid}/${action}`, { project: call.project }));
  const press = (key) => {
    pressed = (pressed + key).slice(-16);
    redraw();
    attempt(t("calls.action_failed"), () => api.post(`/calls/${call.sid}/digits`, { project: call.project, digits: key }));
  };
  const began = call.answered_at ?? call.date_created;
  return h(
    "div.call",
    null,
    h("h2.call-number", { translate: "no" }, phoneNumber(isIncoming ? call.from : call.to)),
    h("p.call-state", { role: "status" }, tOf("call_status", call.status), call.status === "in-progress" && h("span", { translate: "no" }, ` ${clock(Date.now() - Date.parse(began))}`)),
    isHandedOn(world, call) && h("p.prompt", { role: "status" }, icon("swap", { size: 16 }), h("span", null, t("calls.handed_on"))),
    call.muted && h("p.prompt", { role: "status" }, icon("mic_off", { size: 16 }), h("span", null, t("calls.muted_you"))),
    call.held && h("p.prompt.music", { role: "status" }, icon("pause", { size: 16 }), h("span", null, t("calls.hold_music"))),
    call.tones && h("p.prompt", { role: "log", "aria-label": t("calls.tones") }, icon("digits", { size: 16 }), h("span", null, t("calls.tones")), h("code", { translate: "no" }, call.tones)),
    call.prompt && h("p.prompt", { role: "log", "aria-label": t("calls.voice") }, icon("chat", { size: 16 }), h("span", { translate: "no" }, call.prompt)),
    call.status === "in-progress" && [h("output.digits", { "aria-label": t("calls.pressed"), translate: "no" }, pressed), keypad(press)],
    h(
      "div.call-actions",
      null,
      rings && h("button.round-action.accept", { "aria-label": t("calls.answer"), title: t("calls.answer"), onclick: act("answer") }, icon("call", { size: 26 })),
      rings
        ? h("button.round-action.hang", { "aria-label": t("calls.decline"), title: t("calls.decline"), onclick: act("busy") }, icon("hangup", { size: 26 }))
        : h("button.round-action.hang", { "aria-label": t("calls.hangup"), title: t("calls.hangup"), onclick: act("hangup") }, icon("hangup", { size: 26 })),
    ),
  );
}

function dialler(world, calls) {
  const numbers = world.projects.flatMap((project) => numbersOf(project).map((number) => ({ project: project.name, number })));
  const number = dialled ?? numbers[0]?.number ?? "";
  const call = async () => {
    pressed = "";
    const project = numbers.find((one) => one.number === number)?.project ?? world.projects[0].name;
    await attempt(t("calls.call_failed"), () => api.post("/calls", { project, from: ownNumber(), to: number }));
  };
  return [
    h("header.app-bar", null, h("div.app-title", null, h("h2", null, t("customer.app_calls")), h("span.sub", { translate: "no" }, ownNumber()))),
    h(
      "div.dialler",
      null,
      h("label.unseen", { for: "dial" }, t("calls.number")),
      h("input.dial", { id: "dial", type: "tel", value: number, autocomplete: "off", oninput: (event) => ((dialled = event.target.value), redraw()) }),
      keypad((key) => ((dialled = (dialled ?? number) + key), redraw())),
      h("div.call-actions", null, h("button.round-action.accept", { "aria-label": t("calls.call"), title: t("calls.call"), disabled: !number, onclick: call }, icon("call", { size: 26 }))),
      pastCalls(calls),
    ),
  ];
}

function numbersOf(project) {
  return project.numbers.filter((number) => number.startsWith("+"));
}

function keypad(press) {
  return h("div.keypad", { role: "group", "aria-label": t("calls.keypad") }, KEYS.map((key) => h("button", { translate: "no", onclick: () => press(key) }, key)));
}

function pastCalls(calls) {
  if (!calls.length) return h("p.hint.centered", null, t("calls.none"));
  return h(
    "ul.past-calls",
    { "aria-label": t("calls.past") },
    calls.slice(0, PAST_SHOWN).map((call) =>
      h(
        "li",
        { key: call.sid },
        icon(call.from === ownNumber() ? "outward" : "inward", { size: 16 }),
        h("span", { translate: "no" }, phoneNumber(call.from === ownNumber() ? call.to : call.from)),
        h("span.sub", null, tOf("call_status", call.status)),
        h("time.sub", { translate: "no" }, shortDate(call.date_created)),
      ),
    ),
  );
}
