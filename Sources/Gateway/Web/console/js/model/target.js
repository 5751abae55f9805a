/** A target as a form has it. Pure. */

import { targetTitle } from "../lib/targets.js";

/** What a form keeps of a target: each kind has a value of its own, so that changing one's mind loses nothing. */
export function targetState(target) {
  return {
    kind: target?.type ?? null,
    worker: target?.type === "worker" ? { sid: target.workerSid, name: target.workerName ?? "" } : null,
    typed: target?.type === "worker" ? targetTitle(target) : "",
    queue: target?.queue ?? "",
    number: target?.number ?? "",
  };
}

/** The target that a form's state says, or null. */
export function targetOf(state) {
  if (state.kind === "worker") return { type: "worker", workerSid: state.worker?.sid ?? "", workerName: state.worker?.name ?? "" };
  if (state.kind === "queue") return { type: "queue", queue: state.queue.trim() };
  if (state.kind === "number") return { type: "number", number: state.number.replace(/[\s().-]/g, "") };
  return null;
}
