/** The control page: faults on the left; what happens, and how far the two sides are apart, on the right. */

import { t } from "../lib/i18n.js";
import { redraw, startPage } from "../lib/shell.js";
import { h } from "../lib/ui.js";
import { dialingHeard } from "../parts/control-dialing.js";
import { driftView } from "../parts/control-drift.js";
import { faultPanel } from "../parts/control-faults.js";
import { logView } from "../parts/control-log.js";
import { noteInAddress } from "../parts/people.js";

const VIEWS = { log: logView, drift: driftView };
const asked = new URLSearchParams(location.search).get("view");
let open = asked in VIEWS ? asked : "log";

startPage({ name: "control", needs: ["conversations", "messages", "log", "faults"], view, heard: dialingHeard });

function view(world) {
  const choose = (name) => () => {
    open = name;
    noteInAddress({ view: name });
    redraw();
  };
  return h(
    "div.control",
    null,
    h("h1.unseen", null, t("control.title")),
    h("aside.faults", { "aria-label": t("control.faults") }, faultPanel(world)),
    h(
      "section.watch",
      { "aria-label": t(`control.view_${open}`) },
      h(
        "div.segments.watch-tabs",
        { role: "group", "aria-label": t("control.views") },
        Object.keys(VIEWS).map((name) => h("button", { "aria-pressed": String(name === open), onclick: choose(name) }, t(`control.view_${name}`))),
      ),
      h("div.watch-body", { key: open }, VIEWS[open](world)),
    ),
  );
}
