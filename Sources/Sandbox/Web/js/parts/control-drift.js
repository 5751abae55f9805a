/** Both sides of each pair, message by message: what is missing, doubled, out of order or different. */

import { personName, time } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icons.js";
import { emptyState, redraw } from "../lib/shell.js";
import { h } from "../lib/ui.js";
import { drift } from "../model/drift.js";
import { findPairs } from "../model/pairs.js";
import { titleOf } from "./people.js";

let selected = null;
let onlyApart = false;

export function driftView(world) {
  const [one, other] = world.projects;
  const pairs = other ? findPairs(world.conversationsOf(one.name), world.conversationsOf(other.name)) : [];
  if (!pairs.length) return emptyState({ symbol: "equal", title: t("drift.none"), text: t("drift.none_text") });
  const judged = pairs.map((pair) => ({ ...pair, result: drift(pair.one.messages ?? [], pair.other.messages ?? []) }));
  const shown = onlyApart ? judged.filter(({ result }) => result.differences > 0) : judged;
  const open = shown.find((pair) => pair.one.sid === selected) ?? shown[0];
  return h("div.drift", null, pairList(judged, shown, open), open ? columns(open, one, other) : emptyState({ symbol: "equal", title: t("drift.all_equal") }));
}

function pairList(judged, shown, open) {
  const apart = judged.filter(({ result }) => result.differences > 0).length;
  return h(
    "div.drift-pairs",
    null,
    h("p.hint", { role: "status" }, apart ? t("drift.apart", { count: apart }) : t("drift.all_equal")),
    h("label.check", null, h("input", { type: "checkbox", checked: onlyApart, onchange: (event) => ((onlyApart = event.target.checked), redraw()) }), h("span", null, t("drift.only_apart"))),
    h(
      "ul",
      { "aria-label": t("landing.pair_list") },
      shown.map((pair) =>
        h(
          "li",
          { key: pair.one.sid },
          h(
            "button.conversation",
            { "aria-current": pair === open ? "true" : null, onclick: () => ((selected = pair.one.sid), redraw()) },
            h("span.conversation-text", null, h("span.conversation-title", { translate: "no" }, titleOf(pair.one)), h("span.conversation-last", null, t("landing.messages", { count: pair.one.messages?.length ?? 0 }))),
            pair.result.differences
              ? h("span.chip.chip-bad", null, t("drift.differences", { count: pair.result.differences }))
              : h("span.chip.chip-good", null, t("drift.equal")),
          ),
        ),
      ),
    ),
  );
}

function columns({ one, other, result }, oneProject, otherProject) {
  return h(
    "div.drift-columns",
    { role: "table", "aria-label": t("drift.table", { name: titleOf(one) }), tabindex: 0 },
    h(
      "div.drift-row.drift-head",
      { role: "row" },
      h("span", { role: "columnheader", translate: "no" }, oneProject.name),
      h("span", { role: "columnheader" }, t("drift.mark")),
      h("span", { role: "columnheader", translate: "no" }, otherProject.name),
    ),
    result.rows.length
      ? result.rows.map((row) => driftRow(row))
      : h("div.drift-row", { role: "row" }, h("span.hint", { role: "cell" }, t("chat.none"))),
  );
}

function driftRow({ one, other, mark }) {
  const symbol = { missing: "missing", doubled: "copy", misordered: "swap", changed: "edit" }[mark] ?? "equal";
  return h(
    "div.drift-row",
    { role: "row", key: `${one?.sid ?? "-"}/${other?.sid ?? "-"}`, class: mark ? `mark-${mark}` : "mark-equal" },
    cell(one, mark),
    h("span.drift-mark", { role: "cell" }, icon(symbol, { size: 16 }), h("span", { class: !mark && "unseen" }, t(mark ? `drift.mark_${mark}` : "drift.equal"))),
    cell(other, mark),
  );
}

function cell(message, mark) {
  if (!message) return h("span.drift-cell.gap", { role: "cell" }, mark === "missing" ? t("drift.not_here") : "");
  return h(
    "span.drift-cell",
    { role: "cell", translate: "no" },
    h("span.sub", null, `${message.index} · ${personName(message.author)} · ${time(message.date_created, true)}`),
    h("span.drift-body", null, message.body || (message.media ?? []).map((medium) => medium.filename).join(", ")),
  );
}
