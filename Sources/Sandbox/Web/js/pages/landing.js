/** The start: what this is, the three people to play, both sides at a glance, commands to try. */

import { drift } from "../model/drift.js";
import { findPairs } from "../model/pairs.js";
import { currentLanguage, t } from "../lib/i18n.js";
import { icon } from "../lib/icons.js";
import { notify, startPage } from "../lib/shell.js";
import { h } from "../lib/ui.js";
import { titleOf } from "../parts/people.js";

/** The people to play, and how large their window is. */
const PEOPLE = [
  { page: "customer", symbol: "customer", width: 460, height: 860 },
  { page: "agent", symbol: "agent", width: 460, height: 860 },
  { page: "desk", symbol: "desk", width: 1180, height: 800 },
];
const STEPS = ["write", "accept", "answer", "break", "burst", "return"];
const COMMANDS = ["patchbay tap", "patchbay sync status", "patchbay sync diff", "patchbay gaps", "patchbay groups"];
const PAIRS_SHOWN = 6;

startPage({ name: "landing", needs: ["conversations", "messages"], view });

function view(world) {
  return h(
    "div.landing",
    null,
    h(
      "section.hero",
      null,
      h("h1", null, t("landing.heading")),
      h("p.lead", null, t("landing.lead")),
    ),
    h("section.people", { "aria-label": t("landing.people") }, PEOPLE.map(personCard)),
    sides(world),
    h("div.columns", null, story(), commands()),
  );
}

function personCard({ page, symbol, width, height }) {
  const open = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const opened = window.open(`/${page}`, `patchbay-${page}`, `popup,width=${width},height=${height}`);
    // A browser that allows no windows follows the link.
    if (opened) event.preventDefault();
  };
  return h(
    "a.person",
    { href: `/${page}`, target: `patchbay-${page}`, onclick: open },
    h("span.person-sign", null, icon(symbol, { size: 28 })),
    h("span.person-name", null, t(`landing.${page}_name`)),
    h("span.person-text", null, t(`landing.${page}_text`)),
    h("span.person-open", null, t("landing.open"), icon("open", { size: 16 })),
  );
}

function sides(world) {
  const [one, other] = world.projects;
  if (!other) return null;
  const pairs = findPairs(world.conversationsOf(one.name), world.conversationsOf(other.name));
  const judged = pairs.map((pair) => ({ ...pair, drift: drift(pair.one.messages ?? [], pair.other.messages ?? []) }));
  const apart = judged.reduce((sum, pair) => sum + pair.drift.differences, 0);
  return h(
    "section.sides",
    { "aria-labelledby": "sides-title" },
    h("h2.unseen", { id: "sides-title" }, t("landing.sides")),
    h(
      "div.sides-row",
      null,
      side(world, one),
      h(
        "p.verdict",
        { class: !pairs.length ? "verdict-none" : apart ? "verdict-apart" : "verdict-equal", role: "status" },
        icon(!pairs.length ? "clock" : apart ? "swap" : "equal", { size: 22 }),
        h("strong", null, !pairs.length ? t("landing.no_pairs") : apart ? t("landing.apart", { count: apart }) : t("landing.equal")),
        h("span", null, pairs.length ? t("landing.pairs", { count: pairs.length }) : t("landing.no_pairs_hint")),
      ),
      side(world, other),
    ),
    judged.length > 0 &&
      h("ul.pairs", { "aria-label": t("landing.pair_list") }, judged.slice(0, PAIRS_SHOWN).map(pairRow)),
    h(
      "p.more-links",
      null,
      h("a.more", { href: "/control?view=drift" }, t("landing.see_drift")),
      h("a.more", { href: "/crm/" }, t("landing.crm")),
      h("a.more", { href: "/dynamics/?worker=ana.ruiz" }, t("landing.dynamics")),
      h("a.more", { href: "/dynamics/" }, t("landing.dynamics")),
      h("a.more", { href: "/telephone" }, t("landing.telephone")),
      world.gatewayURL && h("a.more", { href: `${world.gatewayURL}/console/` }, t("landing.console")),
      world.gatewayURL && h("a.more", { href: `${world.gatewayURL}/service-levels?lang=${currentLanguage()}` }, t("landing.service_levels")),
    ),
  );
}

function side(world, project) {
  const conversations = world.conversationsOf(project.name);
  const messages = conversations.reduce((sum, one) => sum + (one.messages?.length ?? one.message_count ?? 0), 0);
  const online = project.workers.filter((worker) => worker.available).length;
  return h(
    "div.side",
    null,
    h("span.side-name", { translate: "no" }, project.name),
    h("span.side-count", null, t("landing.messages", { count: messages })),
    h("span.side-detail", null, t("landing.conversations", { count: conversations.length })),
    h("span.side-detail", null, t("landing.online", { count: online })),
  );
}

function pairRow({ one, other, drift: result }) {
  const isEqual = result.differences === 0;
  return h(
    "li.pair",
    { key: one.sid },
    h("span.pair-title", { translate: "no" }, titleOf(one)),
    h("span.pair-count", { translate: "no" }, one.messages?.length ?? 0),
    h("span.pair-sign", { class: isEqual ? "is-equal" : "is-apart" }, icon(isEqual ? "equal" : "swap", { size: 18, label: isEqual ? t("landing.equal") : t("landing.apart", { count: result.differences }) })),
    h("span.pair-count", { translate: "no" }, other.messages?.length ?? 0),
  );
}

function story() {
  return h(
    "section.story",
    null,
    h("h2", null, t("landing.story")),
    h("ol.steps", null, STEPS.map((step) => h("li", null, h("span", null, t(`landing.step_${step}`))))),
    h("a.button", { href: "/control" }, icon("sliders"), t("landing.to_control")),
  );
}

function commands() {
  return h(
    "section.commands",
    null,
    h("h2", null, t("landing.commands")),
    h("p.hint", null, t("landing.commands_hint")),
    h("ul.command-list", null, COMMANDS.map(commandRow)),
  );
}

function commandRow(command) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(command);
      notify(t("landing.copied"));
    } catch {
      notify(t("landing.copy_failed"), { isError: true });
    }
  };
  const key = command.split(" ").slice(1).join("_");
  return h(
    "li",
    null,
    h("div", null, h("code", { translate: "no" }, command), h("span", null, t(`landing.command_${key}`))),
    h("button.ghost.square", { "aria-label": t("landing.copy", { command }), title: t("landing.copy", { command }), onclick: copy }, icon("copy")),
  );
}
