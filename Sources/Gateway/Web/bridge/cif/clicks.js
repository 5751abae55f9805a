/** Clicks on telephone numbers in the CRM: what is asked of the panel, and of which record. */

import { entityOf, field, guidOf, objectOf, recordOf, slugText, unpacked } from "./values.js";

/** The same number within this long is the same click, in milliseconds. */
const SAME_CLICK_MS = 1_000;
const NUMBER_LIMIT = 64;

export class Clicks {
  #last = { number: "", at: -Infinity };

  /** The dial that a click asks for; null when it is none: no number, another kind of field, or the same click again. */
  dialOf(payload, now = performance.now()) {
    const { number, entity, id, title, format } = read(payload);
    if (number === "" || (format !== "" && format !== "phone")) return null;
    if (number === this.#last.number && now - this.#last.at < SAME_CLICK_MS) return null;
    this.#last = { number, at: now };
    return { number, entity, record: recordOf({ entity, id, ...(title ? { label: title } : {}) }) };
  }
}

function read(payload) {
  const data = unpacked(payload);
  if (typeof data === "string" || typeof data === "number") return { number: numberText(data), entity: null, id: null, title: "", format: "" };
  const object = objectOf(data);
  const title = field(object, "recordTitle");
  return {
    number: numberText(field(object, "value")), entity: entityOf(field(object, "entityLogicalName")),
    id: guidOf(field(object, "recordId")), title: typeof title === "string" ? slugText(title, 200) : "",
    format: String(field(object, "format") ?? "").toLowerCase(),
  };
}

/** As it stands in the field; the server alone reads what number it is. Longer than a number can be: none. */
function numberText(value) {
  const text = typeof value === "string" || typeof value === "number" ? String(value).trim() : "";
  return text.length <= NUMBER_LIMIT && /\d/.test(text) ? text : "";
}

/**
 * The record of the page in front, when it is of the clicked entity: an undocumented `recordId` may be missing. A number in a
 * list or a sub-grid belongs to another record than the page; then none is better than a wrong one.
 */
export function recordOfPage(environment, entity) {
  const type = String(field(environment, "pagetype") ?? "entityrecord").toLowerCase();
  const own = entityOf(field(environment, "etn", "entityName", "entityLogicalName", "entityTypeName"));
  const id = guidOf(field(environment, "id", "recordId", "record id", "entityId"));
  if (type !== "entityrecord" || !id || !(own ?? entity) || (own && entity && own !== entity)) return null;
  return recordOf({ entity: own ?? entity, id });
}
