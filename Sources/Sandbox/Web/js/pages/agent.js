/** The agent's mobile app: conversations of one worker, the System conversation, availability, transfer, close. */

import { api } from "../lib/api.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icons.js";
import { attempt, emptyState, redraw, remembered, startPage } from "../lib/shell.js";
import { h } from "../lib/ui.js";
import { conversationList, conversationsFor, unreadOf } from "../parts/agent-list.js";
import { beginNew } from "../parts/agent-new.js";
import { callControls, callState, callerOf, customerLeg, offeredTransfer, ownLeg, tickCalls } from "../parts/call-controls.js";
import { conversationScreen } from "../parts/agent-conversation.js";
import { openSheet, sheet } from "../parts/agent-sheets.js";
import { noteInAddress, projectNamed } from "../parts/people.js";
import { phone } from "../parts/phone.js";

const asked = new URLSearchParams(location.search);
const state = {
  project: null, worker: asked.get("worker") ?? remembered.get("worker"), open: null, filter: "open", sheet: null,
};

startPage({ name: "agent", needs: ["conversations", "calls", "tasks"], view, unread: unreadTotal });

function view(world) {
  const project = world.project(state.project) ?? projectNamed(world, "frontline", -1);
  const worker = project.workers.find((one) => one.name === state.worker) ?? null;
  return h(
    "div.stage.stage-agent",
    null,
    h("h1.unseen", null, t("agent.title")),
    chooser(world, project, worker),
    phone(t("agent.phone"), worker ? app(world, project, worker) : nobody(project)),
  );
}

function app(world, project, worker) {
  const conversation = state.open && world.conversation(project.name, state.open);
  const screen = conversation
    ? conversationScreen({ world, project, worker, conversation, state })
    : [header(project, worker), conversationList({ world, project, worker, state })];
  return h(
    "div.app",
    { key: conversation ? "conversation" : "list" },
    h("div.screen", { inert: state.sheet !== null }, callStrip(world, worker), screen),
    sheet({ project, worker, conversation, state }),
  );
}

/** The call that this agent has, wherever he is in the app. */
function callStrip(world, worker) {
  const own = ownLeg(world, worker.identity);
  tickCalls(Boolean(own));
  if (!own) return null;
  const call = customerLeg(world, own) ?? own;
  return h(
    "section.call-strip",
    { "aria-label": t("calls.current"), key: "call" },
    h("h2", { translate: "no" }, callerOf(call)),
    callState(call, own),
    callControls({ world, call, own, offered: offeredTransfer(world, call) }),
  );
}

function header(project, worker) {
  const toggle = () => {
    const next = project.activities.find((activity) => activity.available !== worker.available);
    if (!next) return undefined;
    return attempt(t("agent.activity_failed"), () =>
      api.post(`/workers/${worker.sid}/activity`, { project: project.name, activity: next.name }),
    );
  };
  return h(
    "header.app-bar",
    null,
    h("div.app-title", null, h("h2", null, t("agent.conversations")), h("span.sub", { translate: "no" }, worker.activity)),
    h("button.ghost.square", { "aria-label": t("agent.new"), title: t("agent.new"), onclick: () => (beginNew(project, worker), openSheet(state, "new")) }, icon("plus")),
    h(
      "button.switch",
      { role: "switch", "aria-checked": String(worker.available), "aria-label": t("agent.available"), onclick: toggle },
      h("span.switch-knob"),
    ),
  );
}

function chooser(world, project, worker) {
  const choose = (name) => {
    state.worker = name || null;
    state.open = null;
    remembered.set("worker", state.worker);
    noteInAddress({ worker: state.worker });
    redraw();
  };
  const move = (name) => {
    state.project = name;
    noteInAddress({ project: name });
    choose(null);
  };
  return h(
    "section.who",
    { "aria-label": t("agent.who") },
    h("h2", null, t("agent.who")),
    h("p.hint", null, t("agent.who_text")),
    h("label.field", null, h("span", null, t("agent.project")), h("select", { value: project.name, translate: "no", onchange: (event) => move(event.target.value) }, world.projects.map((one) => h("option", { value: one.name }, one.name)))),
    h(
      "label.field",
      null,
      h("span", null, t("agent.worker")),
      h(
        "select",
        { value: worker?.name ?? "", onchange: (event) => choose(event.target.value) },
        h("option", { value: "" }, t("agent.choose")),
        project.workers.map((one) => h("option", { value: one.name, translate: "no" }, one.name)),
      ),
    ),
  );
}

function nobody(project) {
  const choose = (name) => () => {
    state.worker = name;
    remembered.set("worker", name);
    noteInAddress({ worker: name });
    redraw();
  };
  return h(
    "div.app",
    { key: "nobody" },
    emptyState({
      symbol: "agent", title: t("agent.sign_in"), text: project.workers.length ? t("agent.sign_in_text") : t("agent.no_workers"),
      action: h("div.choices", null, project.workers.map((worker) => h("button.wide", { translate: "no", onclick: choose(worker.name) }, worker.name))),
    }),
  );
}

function unreadTotal(world) {
  const project = world.project(state.project) ?? (world.projects.length && projectNamed(world, "frontline", -1));
  const worker = project && project.workers.find((one) => one.name === state.worker);
  if (!worker) return 0;
  const unread = conversationsFor(world, project, worker.identity).map((conversation) => unreadOf(conversation, worker.identity));
  return unread.reduce((sum, count) => sum + count, 0);
}
