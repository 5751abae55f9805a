/** Which CRM is around this page. */

import { exactOrigin } from "../protocol/envelope.js";

/**
 * The CRM's origin: what `ucilib` in the address says, else the page around, else the only one there is. Only one of `origins`
 * counts; `isAsked` is false where the page might as well be in another CRM, so that the only one must not be guessed.
 */
export function crmOriginOf({ origins, search = "", ancestor = null, isAsked = true }) {
  const known = (origins ?? []).filter((origin) => exactOrigin(origin) !== null);
  const named = new URLSearchParams(search).get("ucilib");
  if (named !== null) return known.find((origin) => origin === named.replace(/\/$/, "")) ?? null;
  if (known.includes(ancestor)) return ancestor;
  return isAsked && ancestor === null && known.length === 1 ? known[0] : null;
}
