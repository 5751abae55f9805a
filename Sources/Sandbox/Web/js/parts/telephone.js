/** The agent's telephone: rings for legs to his address, is picked up and hung up, shows whether it is muted or held. */

import { api } from "../lib/api.js";
import { clock, phoneNumber } from "../lib/format.js";
import { t, tOf } from "../lib/i18n.js";
import { icon } from "../lib/icons.js";
import { attempt } from "../lib/shell.js";
import { h } from "../lib/ui.js";
import { isLive, tickCalls } from "./call-controls.js";

/** Everybody who works in any project, each once; those of the first project that has them. */
export function workersOf(world) {
  const found = new Map();
  for (const project of world.projects) {
    for (const worker of project.workers) if (!found.has(worker.name)) found.set(worker.name, { ...worker, project: project.name });
  }
  return [...found.values()];
}

/** The live leg that this worker's telephone holds or rings for; the newest when there are several. */
export function telephoneLeg(world, worker) {
  const legs = [...world.calls.values()].filter((call) => isLive(call) && (call.to === worker.contact_uri || call.from === worker.contact_uri));
  return legs.sort((one, other) => other.date_created.localeCompare(one.date_created))[0] ?? null;
}

/** Whom it is connected with: the customer of the conference, else the other end of the leg. */
function otherEnd(world, worker, leg) {
  const others = [...world.calls.values()].filter((call) => call.project === leg.project && call.sid !== leg.sid && leg.conference_sid && call.conference_sid === leg.conference_sid);
  const customer = others.find((call) => call.label === "customer") ?? others[0];
  if (customer) return phoneNumber(customer.direction === "inbound" ? customer.from : customer.to);
  return phoneNumber(leg.to === worker.contact_uri ? leg.from : leg.to);
}

/** What a telephone shows: `leg`, whether it rings, with whom, and what can be done. */
function stateOf(world, worker) {
  const leg = telephoneLeg(world, worker);
  tickCalls(Boolean(leg));
  if (!leg) return { leg, rings: false, title: "", detail: t("telephone.ready"), chips: [] };
  const rings = leg.status !== "in-progress" && leg.to === worker.contact_uri;
  const since = leg.answered_at && ` ${clock(Date.now() - Date.parse(leg.answered_at))}`;
  const chips = [leg.muted && t("calls.muted"), leg.held && t("telephone.held")].filter(Boolean);
  return { leg, rings, title: otherEnd(world, worker, leg), detail: [tOf("call_status", leg.status), since], chips };
}

const act = (leg, action) => () => attempt(t("calls.action_failed"), () => api.post(`/calls/${leg.sid}/${action}`, { project: leg.project }));

function buttons({ leg, rings }) {
  if (!leg) return null;
  return [
    rings && h("button.round-action.accept", { "aria-label": t("telephone.pick_up"), title: t("telephone.pick_up"), onclick: act(leg, "answer") }, icon("call", { size: 22 })),
    rings
      ? h("button.round-action.hang", { "aria-label": t("telephone.decline"), title: t("telephone.decline"), onclick: act(leg, "busy") }, icon("hangup", { size: 22 }))
      : h("button.round-action.hang", { "aria-label": t("telephone.hang_up"), title: t("telephone.hang_up"), onclick: act(leg, "hangup") }, icon("hangup", { size: 22 })),
  ];
}

/** Whether it picks up by itself, in every project the worker is in. */
function automatic(world, worker) {
  const choose = (event) => {
    const isOn = event.target.checked;
    const projects = world.projects.filter((project) => project.workers.some((one) => one.name === worker.name));
    return attempt(t("telephone.automatic_failed"), () =>
      Promise.all(projects.map((project) => api.post(`/workers/${encodeURIComponent(worker.name)}/telephone`, { project: project.name, automatic: String(isOn) }))),
    );
  };
  return h("label.check", null, h("input", { type: "checkbox", checked: Boolean(worker.automatic_answer), onchange: choose }), h("span", null, t("telephone.automatic")));
}

const chipsView = (chips) => chips.length > 0 && h("p.chips", null, chips.map((text) => h("span.chip.chip-late", { key: text }, text)));

/** The telephone as a screen of its own. */
export function telephoneScreen(world, worker) {
  const state = stateOf(world, worker);
  const { leg, rings } = state;
  return h(
    "section.telephone",
    { class: rings && "rings", "aria-label": t("telephone.of", { name: worker.full_name ?? worker.name }) },
    h("span.idle-sign", null, icon("call", { size: 32 })),
    h("h2", { translate: "no" }, leg ? state.title : (worker.full_name ?? worker.name)),
    h("p.call-state", { role: "status" }, state.detail),
    h("p.sub", { translate: "no" }, worker.contact_uri),
    chipsView(state.chips),
    leg?.tones && h("output.tones", { "aria-label": t("calls.tones"), translate: "no" }, leg.tones),
    leg && h("div.call-actions", null, buttons(state)),
    automatic(world, worker),
  );
}

/** The telephone as a strip inside another page. */
export function telephoneStrip(world, worker) {
  const state = stateOf(world, worker);
  return h(
    "section.telephone-strip",
    { class: state.rings && "rings", "aria-label": t("telephone.of", { name: worker.full_name ?? worker.name }), key: "telephone" },
    icon("call", { size: 22 }),
    h(
      "div.telephone-who",
      null,
      h("strong", { translate: "no" }, state.leg ? state.title : (worker.full_name ?? worker.name)),
      h("span.sub", { role: "status" }, state.detail),
    ),
    chipsView(state.chips),
    buttons(state),
    automatic(world, worker),
  );
}
