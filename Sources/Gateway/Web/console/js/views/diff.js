/** What publishing would change for callers. */

import { el, fill } from "../../../shared/js/dom.js";
import { t } from "../../../shared/js/i18n.js";
import { explain } from "../../../shared/js/notices.js";
import { PUBLISHED_FIELDS } from "../model/content.js";
import { data } from "./cells.js";
import { changeRows } from "./values.js";

/** Extensions of one kind that are shown at once. */
const SHOWN = 100;
const KINDS = ["added", "changed", "removed"];

/** The difference as counts and lists. */
export function diffView(diff) {
  const numbers = { added: diff.added ?? [], changed: diff.changed ?? [], removed: diff.removed ?? [] };
  const count = (kind) => diff.counts?.[kind] ?? numbers[kind].length;
  const isEmpty = KINDS.every((kind) => numbers[kind].length === 0);
  if (isEmpty) return el("p.hint", null, t("diff.empty"));
  return el(
    "div.diff",
    null,
    KINDS.filter((kind) => numbers[kind].length).map((kind) =>
      el(
        "section",
        null,
        el("h3", null, el("span.chip", { class: `chip-${kind}` }, t(`diff.${kind}`, { count: count(kind) }))),
        numbers[kind].slice(0, SHOWN).map((one) => entry(kind, one)),
        count(kind) > SHOWN && el("p.sub", null, t("history.further", { count: count(kind) - SHOWN })),
      ),
    ),
  );
}

function entry(kind, one) {
  const before = kind === "changed" ? one.before : kind === "removed" ? one : null;
  const after = kind === "changed" ? one.after : kind === "added" ? one : null;
  return el("div.diff-entry", null, el("h4", null, data((after ?? before).extension)), changeRows(before, after, PUBLISHED_FIELDS));
}

/** The difference in the side panel; it follows what is written. */
export function diffPanel(app) {
  const box = el("div");
  let timer = null;
  const load = async () => {
    try {
      fill(box, diffView(await app.draft.refreshDiff()));
    } catch (error) {
      if (!("hint" in error)) throw error;
      fill(box, el("p.callout.callout-bad", { role: "alert" }, explain(error)));
    }
  };
  return {
    title: () => t("diff.title"),
    build: () => {
      fill(box, el("p.hint", null, t("shell.loading")));
      load();
      return el(
        "div.panel-form",
        null,
        el("div.panel-body.is-read", null, el("p.hint", null, t("diff.text")), box),
        app.mayEdit && el("div.panel-actions", null, el("button.primary", { onclick: () => app.publish() }, t("publish.open"))),
      );
    },
    changed: (change) => {
      if (!change) return;
      clearTimeout(timer);
      timer = setTimeout(load, 400);
    },
    closed: () => clearTimeout(timer),
  };
}
