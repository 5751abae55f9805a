/** The agent's desk: reservations that come in, tasks at work, the conversation, the customer. */

import { t } from "../lib/i18n.js";
import { emptyState, redraw, remembered, startPage } from "../lib/shell.js";
import { h } from "../lib/ui.js";
import { taskCanvas } from "../parts/desk-canvas.js";
import { customerPanel } from "../parts/desk-customer.js";
import { taskList, workOf } from "../parts/desk-tasks.js";
import { activityMenu } from "../parts/desk-activity.js";
import { avatar, noteInAddress, projectNamed } from "../parts/people.js";

const state = {
  project: null, worker: new URLSearchParams(location.search).get("worker") ?? remembered.get("desk-worker"), selected: null,
};

startPage({ name: "desk", needs: ["conversations", "tasks", "calls"], view, unread: incomingCount });

function view(world) {
  const project = currentProject(world);
  const worker = project.workers.find((one) => one.name === state.worker) ?? null;
  if (!worker) return signIn(world, project);
  const work = workOf(world, project, worker);
  const selected = work.find(({ reservation }) => reservation.sid === state.selected) ?? null;
  return h(
    "div.desk",
    { class: selected && "has-selected" },
    h("h1.unseen", null, t("desk.title")),
    h("aside.desk-left", { "aria-label": t("desk.tasks") }, workerHead(project, worker), taskList({ work, state })),
    h("section.desk-middle", { "aria-label": t("desk.conversation"), key: selected?.reservation.sid ?? "none" }, taskCanvas({ world, project, worker, selected, work, state })),
    h("aside.desk-right", { "aria-label": t("desk.customer"), tabindex: 0 }, customerPanel({ world, project, selected })),
  );
}

function workerHead(project, worker) {
  const leave = () => {
    state.worker = null;
    state.selected = null;
    remembered.set("desk-worker", null);
    noteInAddress({ worker: null });
    redraw();
  };
  return h(
    "header.worker",
    null,
    avatar(worker.name),
    h("div.worker-text", null, h("strong", { translate: "no" }, worker.name), h("button.link", { onclick: leave }, t("desk.change_worker"))),
    activityMenu(project, worker),
  );
}

function signIn(world, project) {
  const choose = (name) => () => {
    state.worker = name;
    remembered.set("desk-worker", name);
    noteInAddress({ worker: name });
    redraw();
  };
  const move = (event) => {
    state.project = event.target.value;
    noteInAddress({ project: state.project });
    redraw();
  };
  return h(
    "div.sign-in",
    null,
    h("h1.unseen", null, t("desk.title")),
    emptyState({
      symbol: "desk", title: t("desk.sign_in"), text: project.workers.length ? t("desk.sign_in_text") : t("agent.no_workers"),
      action: h(
        "div.choices",
        null,
        h("label.field", null, h("span", null, t("agent.project")), h("select", { value: project.name, translate: "no", onchange: move }, world.projects.map((one) => h("option", { value: one.name }, one.name)))),
        project.workers.map((worker) => h("button.wide", { key: worker.sid, translate: "no", onclick: choose(worker.name) }, worker.name)),
      ),
    }),
  );
}

function currentProject(world) {
  return world.project(state.project) ?? projectNamed(world, "flex", 0);
}

function incomingCount(world) {
  if (!world.isLoaded || !state.worker) return 0;
  const project = currentProject(world);
  const worker = project.workers.find((one) => one.name === state.worker);
  return worker ? workOf(world, project, worker).filter(({ reservation }) => reservation.status === "pending").length : 0;
}
