/** Which countries an account may call: the provider's voice geographic permissions. */

import { api } from "../lib/api.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icons.js";
import { attempt, redraw } from "../lib/shell.js";
import { h } from "../lib/ui.js";

/** Countries by project, once they have been asked for. */
const countries = new Map();

function read(project) {
  countries.set(project, []);
  attempt(t("control.dialing_failed"), () => api.get("/dialing", { project })).then((answer) => {
    if (answer) countries.set(project, answer.countries);
    else countries.delete(project);
    redraw();
  });
}

/** A country was switched, here or elsewhere. */
export function dialingHeard(kind, data) {
  if (kind === "reset") return countries.clear();
  const country = kind === "dialing" && countries.get(data.project)?.find((one) => one.code === data.sid);
  if (country) country.enabled = data.enabled;
}

export function dialingCard(world) {
  const project = world.projects[0]?.name;
  if (!project) return null;
  if (!countries.has(project)) read(project);
  const list = countries.get(project) ?? [];
  const off = list.filter((one) => !one.enabled);
  const change = async (code, enabled) => {
    await attempt(t("control.dialing_failed"), () => api.post("/dialing", { project, country: code, enabled: String(enabled) }));
    const country = list.find((one) => one.code === code);
    if (country) country.enabled = enabled;
    redraw();
  };
  return h(
    "section.fault-card",
    { key: "dialing", "aria-labelledby": "faults-dialing", class: off.length > 0 && "is-down" },
    h("h3", { id: "faults-dialing" }, t("control.dialing")),
    h("p.hint", null, t("control.dialing_hint", { project })),
    h(
      "label.field",
      null,
      h("span", null, t("control.dialing_off")),
      h(
        "select",
        { value: "", onchange: (event) => (change(event.target.value, false), (event.target.value = "")) },
        h("option", { value: "" }, t("control.dialing_choose")),
        list.filter((one) => one.enabled).map((one) => h("option", { value: one.code, key: one.code, translate: "no" }, one.name)),
      ),
    ),
    off.length > 0 &&
      h(
        "ul.chips",
        { "aria-label": t("control.dialing_none") },
        off.map((one) =>
          h("li", { key: one.code }, h("button.small", { "aria-label": t("control.dialing_on", { country: one.name }), onclick: () => change(one.code, true) }, h("span", { translate: "no" }, one.name), icon("close", { size: 14 }))),
        ),
      ),
  );
}
