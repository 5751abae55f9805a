/**
 * The faults document of the Sandbox, seen as one set of sliders a project. Pure.
 *
 * A slider is one rule that matches everything of its project. Rules of any other shape (set over HTTP) are counted and
 * kept as they are.
 */

/** Sliders of the REST API; each is a probability, 0 to 1. */
export const EFFECTS = ["latency", "429", "500", "503", "timeout", "lost_answer"];
/** Sliders of webhooks; each is a probability, 0 to 1. */
export const WEBHOOK_EFFECTS = ["drop", "duplicate", "reorder"];
/** What a delayed answer waits, in milliseconds, unless it is chosen. */
export const LATENCY_MS = { min: 200, max: 1500 };
/** Seconds after which a client may ask again when it was told that it asks too much. */
const RETRY_AFTER_S = 1;

/** Under this name the faults of the demo CRM stand. */
export const CRM = "crm";
/** Under this name stand those of what stands in for Dynamics. */
export const DATAVERSE = "dataverse";
/** What a CRM does: answers, refuses with 503, or never answers. */
export const CRM_STATES = ["here", "refuses", "hangs"];
const CRM_EFFECTS = { refuses: { status: 503 }, hangs: { timeout: true } };

/** Which of `CRM_STATES` is on. Rules that were set over HTTP, for less than everything, are none of them. */
export function crmStateOf(document, name = CRM) {
  const effect = (document?.rules ?? []).find((rule) => isSwitchOf(rule, name))?.effect;
  return effect ? (effect.timeout ? "hangs" : "refuses") : "here";
}

/** The document with a CRM in another state. */
export function withCRM(document, state, name = CRM) {
  const others = (document?.rules ?? []).filter((rule) => !isSwitchOf(rule, name));
  const own = CRM_EFFECTS[state] ? [{ project: name, match: { product: name }, probability: 1, effect: CRM_EFFECTS[state] }] : [];
  return { ...writable(document), rules: [...others, ...own] };
}

/** Dataverse meets faults of many shapes; of the demo CRM every rule is its switch. */
function isSwitchOf(rule, name) {
  if (rule.project !== name) return false;
  return name === CRM || (rule.match?.product === name && (rule.probability ?? 1) === 1 && (rule.effect?.status === 503 || rule.effect?.timeout === true));
}

/** What the sliders of `project` show. */
export function slidersOf(document, project) {
  const sliders = Object.fromEntries(EFFECTS.map((effect) => [effect, 0]));
  let latency = LATENCY_MS;
  for (const rule of document?.rules ?? []) {
    if (rule.project !== project || !isPlain(rule)) continue;
    const effect = effectOf(rule);
    if (!effect) continue;
    sliders[effect] = rule.probability ?? 1;
    if (effect === "latency") latency = { ...LATENCY_MS, ...rule.effect.latency_ms };
  }
  const webhooks = document?.webhooks?.[project] ?? {};
  return {
    ...sliders,
    latency_ms: latency,
    ...Object.fromEntries(WEBHOOK_EFFECTS.map((effect) => [effect, webhooks[effect] ?? 0])),
    delay_ms: longest(webhooks.delay_ms),
    clock_skew_ms: document?.clock_skew_ms?.[project] ?? 0,
  };
}

/** The document with the sliders of `project` set to `sliders`. What is not a slider stays. */
export function withSliders(document, project, sliders) {
  const others = (document?.rules ?? []).filter((rule) => rule.project !== project || !isPlain(rule) || !effectOf(rule));
  const own = EFFECTS.filter((effect) => sliders[effect] > 0).map((effect) => ({
    project, match: {}, probability: sliders[effect], effect: effectRule(effect, sliders),
  }));
  const webhooks = Object.fromEntries(WEBHOOK_EFFECTS.map((effect) => [effect, sliders[effect]]));
  webhooks.delay_ms = sliders.delay_ms > 0 ? { min: 0, max: sliders.delay_ms } : 0;
  return {
    ...writable(document),
    rules: [...others, ...own],
    webhooks: { ...document?.webhooks, [project]: webhooks },
    clock_skew_ms: { ...document?.clock_skew_ms, [project]: sliders.clock_skew_ms },
  };
}

/** The document with `project` down for `seconds`; 0 lets it come back. */
export function withDown(document, project, seconds) {
  const others = downOf(document).filter((entry) => entry.project !== project);
  return { ...writable(document), down: seconds > 0 ? [...others, { project, seconds }] : others };
}

/** Projects that are down and for how long still, in seconds. */
export function downOf(document) {
  return (document?.down ?? []).map((entry) => ({ project: entry.project, seconds: entry.seconds_left ?? entry.seconds }));
}

/** Rules that are no slider of any project. */
export function otherRules(document) {
  return (document?.rules ?? []).filter((rule) => rule.project !== CRM && !isSwitchOf(rule, DATAVERSE) && (!isPlain(rule) || !effectOf(rule) || rule.project === "*" || rule.project === DATAVERSE));
}

/** Whether anything at all is wrong on purpose. */
export function isCalm(document) {
  const webhooks = Object.values(document?.webhooks ?? {});
  return (
    !(document?.rules ?? []).length && !downOf(document).some((entry) => entry.seconds > 0) &&
    webhooks.every((one) => !Object.values(one).some((value) => longest(value) > 0)) &&
    Object.values(document?.clock_skew_ms ?? {}).every((skew) => !skew)
  );
}

/** What a PUT may hold: without what only the answer of a GET says. */
function writable(document) {
  const { seed, rules = [], webhooks = {}, clock_skew_ms = {} } = document ?? {};
  return { seed, rules, webhooks, clock_skew_ms, down: downOf(document) };
}

/** A delay is a number of milliseconds or a span of them. */
function longest(delay) {
  return (typeof delay === "object" ? delay?.max : delay) ?? 0;
}

function isPlain(rule) {
  const { match = {}, times, effect = {} } = rule;
  return !match.product && !match.method && !match.path_prefix && !match.path_suffix && times === undefined && !effect.after;
}

function effectOf(rule) {
  const effect = rule.effect ?? {};
  if (effect.latency_ms) return "latency";
  if (effect.timeout) return "timeout";
  if (effect.lost_answer) return "lost_answer";
  return EFFECTS.includes(String(effect.status)) ? String(effect.status) : null;
}

function effectRule(effect, sliders) {
  switch (effect) {
    case "latency":
      return { latency_ms: sliders.latency_ms };
    case "timeout":
      return { timeout: true };
    case "lost_answer":
      return { lost_answer: true };
    default:
      return { status: Number(effect), ...(effect === "429" || effect === "503" ? { retry_after: RETRY_AFTER_S } : {}) };
  }
}
