/** What is typed and not sent yet, over a reload: in this tab's storage where there is one, and notes at the server as well. */

const KEPT = "patchbay.panel.drafts";

export function readDrafts() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
    return kept && typeof kept === "object" && !Array.isArray(kept) ? kept : {};
  } catch {
    return {};
  }
}

export function keepDrafts(drafts) {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(drafts));
  } catch {
    // The server has the notes.
  }
}
