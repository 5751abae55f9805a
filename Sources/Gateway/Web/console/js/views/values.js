/** Values of a record's fields as lists, histories and comparisons show them. */

import { el } from "../../../shared/js/dom.js";
import { moment } from "../../../shared/js/format.js";
import { t, tOf } from "../../../shared/js/i18n.js";
import { icon } from "../../../shared/js/icons.js";
import { targetTitle } from "../lib/targets.js";
import { FIELDS, contentOf, differences } from "../model/content.js";
import { TARGET_ICONS, data } from "./cells.js";

/** One field's value; a dash where there is none. */
export function valueView(field, value) {
  if (value === null || value === undefined || value === "") return el("span.nothing", null, t("value.nothing"));
  if (field === "target" || field === "fallback") {
    return el("span.target", null, icon(TARGET_ICONS[value.type] ?? "alert", 15), el("span.unseen", null, tOf("target", value.type)), data(targetTitle(value)));
  }
  if (field === "validUntil") return el("time", { translate: "no", datetime: value }, moment(value));
  return data(String(value));
}

/**
 * What became of a record: field, before, after; `of` are the fields that are looked at. The number of a new or deleted
 * one stands above it already.
 */
export function changeRows(before, after, of = FIELDS) {
  const [old, next] = [before ? contentOf(before) : null, after ? contentOf(after) : null];
  const fields = old && next ? differences(before, after).filter((field) => of.includes(field)) : of.filter((field) => field !== "extension" && (old ?? next)[field]);
  return el(
    "dl.changes",
    null,
    fields.map((field) =>
      el(
        "div.change",
        null,
        el("dt", null, t(`field.${field}`)),
        el(
          "dd",
          null,
          old && el("del", null, valueView(field, old[field])),
          old && next && el("span.arrow", { "aria-hidden": "true" }, "→"),
          next && el("ins", null, valueView(field, next[field])),
        ),
      ),
    ),
  );
}
