/** What a CRM page gets to write down of an interaction that is over. Pure. */

import { times } from "./calls.js";

const OUTCOMES = new Set(["completed", "no_answer", "busy", "failed", "cancelled", "missed", "rejected", "voicemail"]);

/** The record of an activity; `hold` is what was measured here. */
export function activityLog(interaction, hold) {
  const { interactionId, channel, direction, from, to, agentId, record, revision, state, outcome, disposition = {} } = interaction;
  const endedTs = interaction.endedTs ?? interaction.completedTs ?? interaction.offeredTs;
  const spent = times(interaction, hold, interaction.completedTs ?? endedTs);
  const log = { interactionId, channel, direction, from, to, agentId, revision, endedTs, startedTs: interaction.offeredTs ?? interaction.acceptedTs ?? endedTs };
  for (const part of ["ringMs", "talkMs", "holdMs", "wrapMs"]) log[part] = Math.round(spent[part] ?? 0);
  log.outcome = [outcome, state].find((one) => OUTCOMES.has(one)) ?? "completed";
  if (record) log.record = record;
  if (disposition.code) log.dispositionCode = disposition.code;
  if (disposition.notes) log.notes = disposition.notes;
  return log;
}
