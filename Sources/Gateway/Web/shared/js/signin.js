/** Sign-in: a token of one's own, or a name and a role where the Gateway is set up for development. */

import { el, fill, uniqueID } from "./dom.js";
import { Api, ApiError } from "./http.js";
import { t } from "./i18n.js";
import { explain } from "./notices.js";

const TIMEOUT_MS = 10_000;

/** The form. `done(token, me)` is called once the Gateway knows the token; `roles` are those on offer, the usual one first. */
export function signInForm({ done, state = {}, roles = ["supervisor", "admin", "agent"] }) {
  const error = el("div", { role: "alert" });
  const development = el("div");
  const id = uniqueID("token");
  const field = el("textarea.token", { id, rows: 3, spellcheck: "false", autocomplete: "off", translate: "no", required: true, value: state.token ?? "", oninput: () => (state.token = field.value) });
  const submit = el("button.primary.full", { type: "submit" }, t("signin.yes"));

  async function enter(token) {
    fill(error);
    submit.disabled = true;
    try {
      const me = await new Api({ token }).get("/v1/me");
      done(token, me);
    } catch (reason) {
      if (!("hint" in reason)) throw reason;
      fill(error, el("p.callout.callout-bad", null, reason.status === 401 ? t("signin.refused") : explain(reason)));
      field.focus();
    } finally {
      submit.disabled = false;
    }
  }

  offerDevelopment({ place: development, enter, error, roles, state });
  return el(
    "div.stack",
    null,
    error,
    development,
    el(
      "form.stack",
      { onsubmit: (event) => (event.preventDefault(), enter(field.value.trim().replace(/^Bearer\s+/i, ""))) },
      el("div.field", null, el("label", { for: id }, t("signin.token")), field),
      el("p.sub", null, t("signin.token_text")),
      submit,
    ),
  );
}

async function offerDevelopment({ place, enter, error, roles, state }) {
  let answer;
  try {
    const response = await fetch("/v1/auth", { signal: AbortSignal.timeout(TIMEOUT_MS), cache: "no-store" });
    answer = await response.json();
  } catch {
    return;
  }
  if (!answer?.methods?.includes("development") || !answer.developmentURL) return;
  const name = el("input", { type: "text", required: true, autocomplete: "off", translate: "no", maxlength: 64, value: state.name ?? "", oninput: () => (state.name = name.value) });
  const role = el("select", { value: state.role ?? roles[0], onchange: () => (state.role = role.value) }, roles.map((one) => el("option", { value: one }, t(`role.${one}`))));
  const mint = async (event) => {
    event.preventDefault();
    try {
      enter(await developmentToken(answer.developmentURL, name.value.trim(), role.value));
    } catch (reason) {
      fill(error, el("p.callout.callout-bad", null, t("signin.development_failed", { detail: reason.message })));
    }
  };
  fill(
    place,
    el("form.stack.development", { onsubmit: mint }, el("h2", null, t("signin.development")), el("p.sub", null, t("signin.development_text")), el("label.field", null, el("span", null, t("signin.name")), name), el("label.field", null, el("span", null, t("signin.role")), role), el("button.primary.full", { type: "submit" }, t("signin.development_yes"))),
    el("p.or", null, el("span", null, t("signin.or"))),
  );
}

async function developmentToken(url, name, role) {
  const response = await fetch(url, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ name, role }), signal: AbortSignal.timeout(TIMEOUT_MS), credentials: "omit" });
  const answer = await response.json().catch(() => null);
  if (!response.ok || !answer?.token) throw new ApiError(answer?.detail ?? `HTTP ${response.status}`, { status: response.status });
  return answer.token;
}
