/** What an agent at the desk is doing: available, away, or whatever else the workspace knows. */

import { api } from "../lib/api.js";
import { t } from "../lib/i18n.js";
import { attempt } from "../lib/shell.js";
import { h } from "../lib/ui.js";

export function activityMenu(project, worker) {
  const choose = (event) =>
    attempt(t("agent.activity_failed"), () =>
      api.post(`/workers/${worker.sid}/activity`, { project: project.name, activity: event.target.value }),
    );
  return h(
    "label.activity",
    { class: worker.available ? "present" : "absent" },
    h("span.unseen", null, t("desk.activity")),
    h(
      "select",
      { value: worker.activity, translate: "no", onchange: choose },
      project.activities.map((activity) => h("option", { value: activity.name, key: activity.name }, activity.name)),
    ),
  );
}
