/** The page before one is signed in: in a frame through a window of its own, else here. */

import { el, fill } from "../../../shared/js/dom.js";
import { Api } from "../../../shared/js/http.js";
import { LANGUAGES, chooseLanguage, language, t } from "../../../shared/js/i18n.js";
import { icon, sign } from "../../../shared/js/icons.js";
import { explain } from "../../../shared/js/notices.js";
import { Session } from "../../../shared/js/session.js";
import { signInForm } from "../../../shared/js/signin.js";
import { isFramed, tokenFromWindow } from "../live/popup.js";

const ROLES = ["agent", "supervisor", "admin"];

/** The ways to sign in. `done(token, me)` is called once the Gateway knows the token. */
export function signInBox({ done, state = {} }) {
  const form = signInForm({ done, state, roles: ROLES });
  if (!isFramed()) return form;
  return el("div.stack", null, windowButton(done), el("details.here", null, el("summary", null, t("signin.here")), form));
}

function windowButton(done) {
  const error = el("div", { role: "alert" });
  const waiting = el("p.sub", { role: "status" });
  let abort = null;
  const ask = async () => {
    abort?.abort();
    abort = new AbortController();
    fill(error);
    fill(waiting, t("signin.window_waiting"));
    try {
      const token = await tokenFromWindow(abort.signal);
      if (!token) return void fill(error, el("p.callout.callout-bad", null, t("signin.window_blocked")));
      return void done(token, await new Api({ token }).get("/v1/me"));
    } catch (reason) {
      if (reason.name === "AbortError") return;
      if (!("hint" in reason)) throw reason;
      fill(error, el("p.callout.callout-bad", null, reason.status === 401 ? t("signin.refused") : explain(reason)));
    } finally {
      fill(waiting);
    }
  };
  return el("div.stack", null, error, el("button.primary.full", { onclick: ask }, icon("external", 18), t("signin.window")), waiting);
}

/** In the window that a frame opened: somebody who is signed in elsewhere in this browser needs one click. */
function knownPerson(done) {
  const place = el("div");
  const session = new Session();
  const look = async () => {
    const token = session.token ?? (await session.fromOtherTab());
    if (!token) return;
    const me = await new Api({ token }).get("/v1/me").catch(() => null);
    if (me) fill(place, el("button.primary.full", { onclick: () => done(token, me) }, t("signin.as", { name: me.name || me.sub })), el("p.or", null, el("span", null, t("signin.or_other"))));
  };
  look();
  return place;
}

export function signInPage({ done, state, rebuild, isWindow }) {
  const next = LANGUAGES[(LANGUAGES.indexOf(language()) + 1) % LANGUAGES.length];
  const choose = async () => {
    await chooseLanguage(next);
    rebuild();
    document.querySelector(".language").focus();
  };
  return el(
    "main.signin",
    { id: "main", tabindex: -1 },
    el(
      "section.card",
      { "aria-labelledby": "signin-title" },
      el("div.signin-head", null, sign(36), el("button.ghost.square.language", { "aria-label": t("shell.language"), title: t("shell.language"), onclick: choose }, el("span.language-code", { translate: "no", "aria-hidden": "true" }, next.toUpperCase()))),
      el("h1", { id: "signin-title" }, t("signin.title")),
      el("p.hint", null, t(isWindow ? "signin.text_window" : "signin.text")),
      isWindow && knownPerson(done),
      signInBox({ done, state }),
    ),
  );
}
