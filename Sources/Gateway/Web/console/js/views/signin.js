/** The page before one is signed in. */

import { el } from "../../../shared/js/dom.js";
import { t } from "../../../shared/js/i18n.js";
import { signInForm } from "../../../shared/js/signin.js";

export function signInPage({ done, state }) {
  return el("main.signin", { id: "main", tabindex: -1 }, el("section.card", { "aria-labelledby": "signin-title" }, el("h1", { id: "signin-title" }, t("signin.title")), el("p.hint", null, t("signin.text")), signInForm({ done, state })));
}
