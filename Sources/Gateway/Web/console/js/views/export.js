/** Files to keep: the draft, or a version, as CSV or JSON. */

import { el } from "../../../shared/js/dom.js";
import { t } from "../../../shared/js/i18n.js";

/** How long the browser may take to begin with saving, in milliseconds. */
const SAVE_MS = 60_000;

/** Fetches with the token and hands the file to the browser: a plain link could not carry it. */
export async function exportFile(app, { format, version = null }) {
  try {
    const response = await app.api.open("GET", "/v1/extensions/export", { query: { format, version }, isSlow: true });
    save(await response.blob(), version === null ? `extensions-draft.${format}` : `extensions-v${version}.${format}`);
  } catch (error) {
    app.notices.fail(error, t("export.failed"));
  }
}

/** Hands a file to the browser. */
export function save(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = el("a", { href: url, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), SAVE_MS);
}
