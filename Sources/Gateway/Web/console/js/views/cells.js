/** What stands in each column of the table. */

import { el } from "../../../shared/js/dom.js";
import { moment, when } from "../../../shared/js/format.js";
import { t, tOf } from "../../../shared/js/i18n.js";
import { icon } from "../../../shared/js/icons.js";
import { targetText, targetTitle } from "../lib/targets.js";
import { faultsOf, isExpired } from "../model/arrange.js";

export const COLUMNS = ["extension", "spokenName", "target", "team", "validUntil", "status", "updatedAt"];
export const TARGET_ICONS = { worker: "person", queue: "queue", number: "number" };

/** A text that is data: it is never translated. */
export const data = (text) => el("span.data", { translate: "no" }, text);

export const CELLS = {
  extension: (record) => data(record.extension),
  spokenName: (record) => data(record.spokenName),
  target: (record) => [
    el("span.target", { title: targetText(record.target) }, icon(TARGET_ICONS[record.target?.type] ?? "alert", 16), el("span.unseen", null, tOf("target", record.target?.type)), data(targetTitle(record.target))),
    record.fallback && el("span.sub.fallback", null, t("table.fallback"), " ", data(targetTitle(record.fallback))),
  ],
  team: (record) => data(record.team ?? ""),
  validUntil: (record) => record.validUntil ? [
    el("time", { translate: "no", title: moment(record.validUntil), datetime: record.validUntil }, when(record.validUntil)),
  ] : "",
  status: (record) => statusChips(record),
  updatedAt: (record) => el("span.updated", null, data(record.updatedBy ?? ""), el("time.sub", { translate: "no", title: moment(record.updatedAt), datetime: record.updatedAt }, when(record.updatedAt))),
};

/** How a record stands to what is published, and what is wrong with it; "published" goes without saying then. */
export function statusChips(record, now = Date.now()) {
  const problems = faultsOf(record);
  const isWrong = problems.length > 0 || isExpired(record, now);
  return [
    !(isWrong && record.status === "published") && el("span.chip", { class: `chip-${record.status}` }, tOf("status", record.status)),
    isExpired(record, now) && el("span.chip.chip-expired", null, t("status.expired")),
    problems.length > 0 && el("span.chip.chip-problem", { title: problems.map(problemText).join(" ") }, icon("alert", 13), problemTitle(problems[0])),
  ];
}

const codeOf = (problem) => String(problem.code ?? "").replace(/^extensions\./, "");

/** A problem in one or two words. */
export const problemTitle = (problem) => tOf("problem_short", codeOf(problem), t("problem_short.unknown"));

/** A problem in a sentence. */
export const problemText = (problem) => tOf("problem", codeOf(problem), problem.detail ?? codeOf(problem));
