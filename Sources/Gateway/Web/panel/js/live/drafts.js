/** What is typed and not sent yet, over a reload; notes are at the server as well. */

import { keep, read } from "../../../shared/js/store.js";

const KEPT = "patchbay.panel.drafts";

export function readDrafts() {
  try {
    const kept = JSON.parse(read(KEPT) ?? "{}");
    return kept && typeof kept === "object" && !Array.isArray(kept) ? kept : {};
  } catch {
    return {};
  }
}

export const keepDrafts = (drafts) => keep(KEPT, JSON.stringify(drafts));
