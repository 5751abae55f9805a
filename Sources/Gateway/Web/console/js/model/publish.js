/** What a publish has reached, as steps. Pure. */

export const STEPS = ["validating", "writing", "deploying", "deployed"];

/** Whether a publish of this state is over. */
export const isOver = (state) => ["idle", "deployed", "failed"].includes(state ?? "idle");

/** Each step with how it stands: done, now, failed or waiting. */
export function stepsOf(publish, lastRunning = "validating") {
  const failed = publish.state === "failed";
  const at = STEPS.indexOf(failed ? (publish.step ?? lastRunning) : publish.state);
  return STEPS.map((step, index) => {
    if (publish.state === "deployed" || index < at) return { step, state: "done" };
    if (index > at) return { step, state: "waiting" };
    return { step, state: failed ? "failed" : "now" };
  });
}

/** The lookup processes: which serve the version, which still another, which are absent. */
export function lookupsOf(publish) {
  const present = (publish.lookups ?? []).map(({ instance, version, isCurrent }) => ({ instance, version, state: isCurrent ? "current" : "behind" }));
  const known = new Set(present.map((one) => one.instance));
  const missing = (publish.missing ?? [])
    .map((one) => (typeof one === "string" ? one : (one.instance ?? "")))
    .filter((instance) => !known.has(instance))
    .map((instance) => ({ instance, version: null, state: "absent" }));
  return [...present, ...missing];
}
