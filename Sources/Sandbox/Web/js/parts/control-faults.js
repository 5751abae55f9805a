/** Switches for everything that can go wrong, a card for each project. Every change takes effect at once. */

import { api } from "../lib/api.js";
import { clock } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icons.js";
import { attempt, redraw } from "../lib/shell.js";
import { h } from "../lib/ui.js";
import { CRM, CRM_STATES, DATAVERSE, crmStateOf, downOf, isCalm, otherRules, slidersOf, withCRM, withDown, withSliders } from "../model/faults.js";
import { dialingCard } from "./control-dialing.js";

const DOWN_CHOICES = [10, 30, 60];
/** A slider that moves is sent this long after it stops, in milliseconds. */
const SETTLE_MS = 250;
const REST_SLIDERS = ["latency", "429", "500", "503", "timeout", "lost_answer"];
const WEBHOOK_SLIDERS = ["drop", "duplicate", "reorder"];
const LATENCY_LIMIT_MS = 10_000;
const DELAY_LIMIT_MS = 10_000;
const SKEW_LIMIT_MS = 600_000;

/** What was changed here and is not sent yet. */
let draft = null;
let sending = null;
/** When each project comes back, by this machine's clock; set whenever the Sandbox says how long still. */
let backAt = new Map();
let lastDocument = null;
let ticking = null;

export function faultPanel(world) {
  const document = draft ?? world.faults ?? {};
  noteDown(document);
  return [
    h(
      "header.faults-head",
      null,
      h("div", null, h("h2", null, t("control.faults")), h("p.hint", { role: "status" }, isCalm(document) ? t("control.calm") : t("control.stormy"))),
      h("button.small", { disabled: isCalm(document), onclick: () => calm(world) }, t("control.all_calm")),
    ),
    seedField(world, document),
    world.projects.map((project) => projectCard(world, document, project)),
    crmCard(world, document, CRM),
    crmCard(world, document, DATAVERSE),
    dialingCard(world),
    otherRules(document).length > 0 && h("p.hint", null, t("control.other_rules", { count: otherRules(document).length })),
  ];
}

/** Whether a CRM answers. */
function crmCard(world, document, name) {
  const state = crmStateOf(document, name);
  return h(
    "section.fault-card",
    { key: name, "aria-labelledby": `faults-${name}`, class: state !== "here" && "is-down" },
    h("h3", { id: `faults-${name}` }, t(`control.${name}`)),
    h("p.hint", null, t(`control.${name}_hint`)),
    h(
      "div.segments",
      { role: "group", "aria-label": t(`control.${name}`) },
      CRM_STATES.map((one) => h("button", { key: one, "aria-pressed": String(one === state), onclick: () => put(world, withCRM(current(world), one, name)) }, t(`control.crm_${one}`))),
    ),
  );
}

function projectCard(world, document, project) {
  const sliders = slidersOf(document, project.name);
  const change = (values) => put(world, withSliders(current(world), project.name, { ...sliders, ...values }));
  const percent = (name) =>
    slider({ id: `${project.name}-${name}`, label: t(`control.fault_${name}`), value: Math.round(sliders[name] * 100), limit: 100, unit: "%", change: (value) => change({ [name]: value / 100 }) });
  const isDown = backAt.has(project.name);
  return h(
    "section.fault-card",
    { key: project.name, "aria-labelledby": `faults-${project.name}`, class: isDown && "is-down" },
    h("h3", { id: `faults-${project.name}`, translate: "no" }, project.name),
    downSwitch(world, project),
    h(
      "details",
      { open: true },
      h("summary", null, t("control.rest")),
      REST_SLIDERS.map(percent),
      sliders.latency > 0 && slider({
        id: `${project.name}-latency-max`, label: t("control.latency_max"), value: sliders.latency_ms.max, limit: LATENCY_LIMIT_MS, step: 100, unit: "ms",
        change: (max) => change({ latency_ms: { min: Math.min(sliders.latency_ms.min, max), max } }),
      }),
    ),
    h(
      "details",
      { open: true },
      h("summary", null, t("control.webhooks")),
      WEBHOOK_SLIDERS.map(percent),
      slider({ id: `${project.name}-delay`, label: t("control.fault_delay"), value: sliders.delay_ms, limit: DELAY_LIMIT_MS, step: 100, unit: "ms", change: (value) => change({ delay_ms: value }) }),
    ),
    h(
      "details",
      null,
      h("summary", null, t("control.clock")),
      slider({ id: `${project.name}-skew`, label: t("control.fault_skew"), value: Math.round(sliders.clock_skew_ms / 1000), lowest: -SKEW_LIMIT_MS / 1000, limit: SKEW_LIMIT_MS / 1000, step: 5, unit: "s", change: (value) => change({ clock_skew_ms: value * 1000 }) }),
    ),
  );
}

function slider({ id, label, value, limit, lowest = 0, step = 1, unit, change }) {
  const text = `${value} ${unit}`;
  return h(
    "div.slider",
    { class: value !== 0 && "is-on", key: id },
    h("label", { for: id }, label),
    h("input", { id, type: "range", min: lowest, max: limit, step, value: String(value), "aria-valuetext": text, vars: { "--part": String((value - lowest) / (limit - lowest)) }, oninput: (event) => change(Number(event.target.value)) }),
    h("output", { for: id, translate: "no" }, text),
  );
}

function downSwitch(world, project) {
  const until = backAt.get(project.name);
  const set = (seconds) => put(world, withDown(current(world), project.name, seconds), 0);
  if (until) {
    return h(
      "div.down.is-down",
      { key: "down", role: "status" },
      h("span.down-text", null, icon("power", { size: 18 }), t("control.is_down"), h("strong", { translate: "no" }, clock(until - Date.now() + 999))),
      h("button.small", { onclick: () => set(0) }, t("control.bring_back")),
    );
  }
  return h(
    "div.down",
    { key: "up" },
    h("span.down-text", null, icon("power", { size: 18 }), t("control.take_down")),
    h("div.segments", { role: "group", "aria-label": t("control.take_down") }, DOWN_CHOICES.map((seconds) => h("button", { "aria-label": t("control.down_for", { count: seconds }), onclick: () => set(seconds) }, h("span", { translate: "no" }, `${seconds} s`)))),
  );
}

function seedField(world, document) {
  const change = (event) => {
    const seed = Number(event.target.value);
    const isValid = event.target.value !== "" && Number.isSafeInteger(seed) && seed >= 0;
    event.target.value = String(isValid ? seed : (current(world).seed ?? 0));
    if (isValid) put(world, { ...current(world), seed }, 0);
  };
  const roll = () => put(world, { ...current(world), seed: Math.floor(Math.random() * 1_000_000) }, 0);
  return h(
    "div.seed",
    null,
    h("label", { for: "seed" }, t("control.seed")),
    h("input", { id: "seed", type: "number", min: 0, step: 1, value: String(document.seed ?? 0), onchange: change }),
    h("button.small", { onclick: roll }, t("control.roll")),
  );
}

/** Notes when who comes back, so that the countdown runs between two words of the Sandbox. */
function noteDown(document) {
  if (document !== lastDocument) {
    lastDocument = document;
    const now = Date.now();
    backAt = new Map(downOf(document).filter(({ seconds }) => seconds > 0).map(({ project, seconds }) => [project, now + seconds * 1000]));
  }
  for (const [project, until] of backAt) if (until <= Date.now()) backAt.delete(project);
  if (backAt.size && !ticking) ticking = setInterval(redraw, 250);
  if (!backAt.size && ticking) ticking = clearInterval(ticking) ?? null;
}

/** The document as it is now, each outage with the time that is left of it: a slider must not start it again. */
function current(world) {
  const now = Date.now();
  const down = [...backAt].map(([project, until]) => ({ project, seconds: Math.max(0, until - now) / 1000 }));
  return { ...(draft ?? world.faults), down };
}

function put(world, document, wait = SETTLE_MS) {
  draft = document;
  clearTimeout(sending);
  sending = setTimeout(() => send(world), wait);
  redraw();
}

async function send(world) {
  const sent = draft;
  const answer = await attempt(t("control.put_failed"), () => api.put("/faults", sent));
  if (answer?.rules) world.faults = answer;
  else if (answer !== undefined) world.faults = sent;
  if (draft === sent) draft = null;
  redraw();
}

async function calm(world) {
  clearTimeout(sending);
  draft = null;
  await attempt(t("control.put_failed"), () => api.remove("/faults"));
  world.faults = (await attempt(t("control.put_failed"), () => api.get("/faults"))) ?? world.faults;
  redraw();
}
