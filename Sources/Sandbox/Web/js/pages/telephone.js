/** An agent's telephone: what Flex, a SIP telephone or a desk phone is in earnest. `?worker=` says whose. */

import { t } from "../lib/i18n.js";
import { emptyState, redraw, remembered, startPage } from "../lib/shell.js";
import { h } from "../lib/ui.js";
import { noteInAddress } from "../parts/people.js";
import { phone } from "../parts/phone.js";
import { telephoneLeg, telephoneScreen, workersOf } from "../parts/telephone.js";

let chosen = new URLSearchParams(location.search).get("worker") ?? remembered.get("worker");

startPage({ name: "telephone", needs: ["calls"], view, unread: ringing });

function ringing(world) {
  const worker = workersOf(world).find((one) => one.name === chosen);
  const leg = worker && telephoneLeg(world, worker);
  return leg && leg.status !== "in-progress" ? 1 : 0;
}

function view(world) {
  const workers = workersOf(world);
  const worker = workers.find((one) => one.name === chosen);
  return h(
    "div.stage",
    null,
    h("h1.unseen", null, t("telephone.title")),
    phone(t("telephone.phone"), worker ? telephoneScreen(world, worker) : chooser(workers)),
  );
}

function chooser(workers) {
  const choose = (worker) => () => {
    chosen = worker.name;
    remembered.set("worker", chosen);
    noteInAddress({ worker: chosen });
    redraw();
  };
  return emptyState({
    symbol: "call",
    title: t("telephone.whose"),
    text: workers.length ? t("telephone.whose_hint") : t("agent.no_workers"),
    action: h("div.choices", null, workers.map((worker) => h("button.wide", { key: worker.name, translate: "no", onclick: choose(worker) }, worker.full_name ?? worker.name))),
  });
}
