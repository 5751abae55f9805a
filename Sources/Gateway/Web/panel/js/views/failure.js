/** What the server refused, beside what was asked: what happened, what to do, and a way to put it aside. */

import { el } from "../../../shared/js/dom.js";
import { t, tOf } from "../../../shared/js/i18n.js";
import { icon } from "../../../shared/js/icons.js";

export function failure(app, id, error) {
  if (!error) return null;
  const what = tOf("failed", error.action, t("failed.something"));
  const known = tOf("refused", error.code, "");
  // What the server says is in its own language.
  const why = known || [error.detail && el("span", { translate: "no" }, error.detail), " ", t(error.hint ?? "error.hint_server")];
  return el(
    "div.callout.callout-bad.failure",
    { role: "alert" },
    icon("alert", 18),
    el("p", null, el("strong", null, what), " ", why),
    el("button.ghost.square.small", { "aria-label": t("shell.dismiss"), onclick: () => app.dispatch({ type: "dismiss", id }) }, icon("close", 15)),
  );
}
