/** Requests to the Sandbox and webhooks from it, as they happen: a strip of the last minute and a list. */

import { timeWithMilliseconds } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icons.js";
import { emptyState, redraw } from "../lib/shell.js";
import { h } from "../lib/ui.js";

/** What the strip shows, in milliseconds. */
const WINDOW_MS = 60_000;
/** Entries in the list; the log itself keeps more. */
const SHOWN = 150;

/** How often what is new is read while the log is shown, in milliseconds. */
const FOLLOW_MS = 1000;

const filter = { project: "", kind: "all" };
let frozen = null;
let ticking = null;

export function logView(world) {
  ticking ??= setInterval(() => frozen || follow(world), FOLLOW_MS);
  const entries = (frozen ?? world.log).filter(isShown);
  return [
    droppedNotice(world),
    tools(world),
    strip(world, entries),
    entries.length
      ? h("ol.log", { "aria-label": t("log.title"), tabindex: 0 }, entries.slice(-SHOWN).reverse().map(row))
      : emptyState({ symbol: "clock", title: t("log.none"), text: t("log.none_text") }),
  ];
}

/** What the Sandbox itself has lost: no fault that somebody switched on, and nothing that arrives later. */
function droppedNotice(world) {
  const lost = world.dropped.filter((one) => one.webhooks_dropped > 0 || one.timers_dropped > 0);
  if (!lost.length) return null;
  return h(
    "div.dropped",
    { role: "alert", key: "dropped" },
    icon("alert", { size: 20 }),
    h("div", null, lost.map((one) => h("p", { key: one.project }, h("strong", { translate: "no" }, one.project), " ", t("log.dropped", { webhooks: one.webhooks_dropped, timers: one.timers_dropped }))), h("p.hint", null, t("log.dropped_hint"))),
  );
}

/** Reads what is new, and moves the strip on. A log that cannot be read now is read next time. */
function follow(world) {
  if (!document.querySelector(".strip")) return;
  world.readLog().catch(() => {});
  redraw();
}

function isShown(entry) {
  if (filter.project && entry.project !== filter.project) return false;
  if (filter.kind === "requests") return entry.direction === "in";
  if (filter.kind === "webhooks") return entry.direction === "out";
  return filter.kind !== "faults" || toneOf(entry) !== "fine";
}

/** How an entry went: `fine`, `late` (delayed, doubled, out of order) or `bad` (failed or lost). */
export function toneOf(entry) {
  const isFailed = !entry.status || entry.status >= 400;
  if (isFailed || /dropped|lost|timeout|down/.test(entry.fault ?? "")) return "bad";
  return entry.fault ? "late" : "fine";
}

function tools(world) {
  const pause = () => {
    frozen = frozen ? null : world.log;
    redraw();
  };
  return h(
    "div.log-tools",
    null,
    h(
      "label.inline-field",
      null,
      h("span", null, t("agent.project")),
      h(
        "select",
        { value: filter.project, onchange: (event) => ((filter.project = event.target.value), redraw()) },
        h("option", { value: "" }, t("log.all_projects")),
        world.projects.map((project) => h("option", { value: project.name, translate: "no" }, project.name)),
      ),
    ),
    h(
      "label.inline-field",
      null,
      h("span", null, t("log.kind")),
      h(
        "select",
        { value: filter.kind, onchange: (event) => ((filter.kind = event.target.value), redraw()) },
        ["all", "requests", "webhooks", "faults"].map((kind) => h("option", { value: kind }, t(`log.kind_${kind}`))),
      ),
    ),
    h("button", { "aria-pressed": String(Boolean(frozen)), onclick: pause }, icon(frozen ? "play" : "pause", { size: 16 }), t(frozen ? "log.go_on" : "log.pause")),
  );
}

function strip(world, entries) {
  const now = frozen?.length ? Date.parse(frozen.at(-1).at) : Date.now();
  const recent = entries.filter((entry) => now - Date.parse(entry.at) < WINDOW_MS);
  const projects = world.projects.filter((project) => !filter.project || project.name === filter.project);
  return h(
    "div.strip",
    { role: "img", "aria-label": t("log.strip", { count: recent.length }) },
    projects.map((project) => [
      lane(project.name, "in", recent, now),
      lane(project.name, "out", recent, now),
    ]),
    h("div.strip-scale", { "aria-hidden": "true", translate: "no" }, h("span", null, "−60 s"), h("span", null, "−30 s"), h("span", null, "0 s")),
  );
}

function lane(project, direction, entries, now) {
  return h(
    "div.lane",
    { "aria-hidden": "true" },
    h("span.lane-name", null, h("b", { translate: "no" }, project), " ", t(`log.lane_${direction}`)),
    h(
      "span.lane-dots",
      null,
      entries
        .filter((entry) => entry.project === project && entry.direction === direction)
        .map((entry) => h("i", { key: entry.id, class: `tone-${toneOf(entry)}`, vars: { "--at": String(1 - (now - Date.parse(entry.at)) / WINDOW_MS) } })),
    ),
  );
}

function row(entry) {
  const isRequest = entry.direction === "in";
  return h(
    "li.entry",
    { key: entry.id, class: `tone-${toneOf(entry)}` },
    h("time", { translate: "no" }, timeWithMilliseconds(entry.at)),
    h("span.entry-direction", null, icon(isRequest ? "inward" : "outward", { size: 16, label: t(isRequest ? "log.request" : "log.webhook") })),
    h("span.entry-project", { translate: "no" }, entry.project ?? ""),
    h(
      "span.entry-what",
      { translate: "no" },
      h("b", null, isRequest ? entry.method : (entry.event ?? entry.method)),
      " ",
      h("span.entry-path", null, entry.path),
    ),
    entry.fault && h("span.chip.fault-chip", { translate: "no" }, entry.fault),
    h("span.entry-status", { translate: "no" }, entry.status || "–"),
    h("span.entry-duration", { translate: "no" }, entry.duration !== undefined ? `${Math.round(entry.duration)} ms` : ""),
  );
}
