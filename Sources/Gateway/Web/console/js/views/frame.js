/** The bar at the top: where one is, how current it is, language, colours, who is signed in. */

import { isDark, onSystemChange, switchTheme } from "../../../shared/js/appearance.js";
import { attribute, el, fill, text } from "../../../shared/js/dom.js";
import { LANGUAGES, chooseLanguage, language, t, tOf } from "../../../shared/js/i18n.js";
import { icon, sign } from "../../../shared/js/icons.js";
import { menu } from "../../../shared/js/menu.js";

/** `rebuild()` draws the page again in another language; `app` is missing on the sign-in page. */
export function frame({ app = null, rebuild }) {
  return el(
    "header.bar",
    null,
    el("a.brand", { href: "/console/", "aria-label": t("shell.home") }, sign(), el("span.brand-name", { translate: "no" }, "Patchbay")),
    el("span.bar-page", null, t("shell.page")),
    el("div.bar-end", null, app && pill(app), languageButton(rebuild), themeButton(), app && account(app)),
  );
}

function pill(app) {
  const word = el("span");
  const element = el("span.pill", { role: "status" }, el("span.dot", { "aria-hidden": "true" }), word);
  const draw = () => {
    const { state } = app.stream;
    element.className = `pill pill-${state}`;
    text(word, t(`link.${state}`));
    attribute(element, "title", t(`link.${state}_text`));
  };
  app.cleanups.push(app.stream.states.on(draw));
  draw();
  return element;
}

function languageButton(rebuild) {
  const next = LANGUAGES[(LANGUAGES.indexOf(language()) + 1) % LANGUAGES.length];
  const choose = async () => {
    await chooseLanguage(next);
    rebuild();
    document.querySelector(".language").focus();
  };
  return el("button.ghost.square.language", { "aria-label": t("shell.language"), title: t("shell.language"), onclick: choose }, el("span.language-code", { translate: "no", "aria-hidden": "true" }, next.toUpperCase()));
}

function themeButton() {
  const button = el("button.ghost.square", { onclick: () => choose() });
  const draw = () => {
    const label = t(isDark() ? "shell.to_light" : "shell.to_dark");
    attribute(button, "aria-label", label);
    attribute(button, "title", label);
    fill(button, icon(isDark() ? "sun" : "moon", 20));
  };
  const choose = () => {
    switchTheme();
    draw();
  };
  onSystemChange(draw);
  draw();
  return button;
}

function account(app) {
  const { name, sub, role } = app.me;
  const shown = name || sub;
  return menu({
    label: t("account.label", { name: shown }),
    content: [el("span.avatar", { "aria-hidden": "true", translate: "no" }, initials(shown)), el("span.account-name", { translate: "no" }, shown)],
    head: el("div.account-head", null, el("strong", { translate: "no" }, shown), el("span.sub", null, tOf("role", role))),
    items: [
      { label: t("account.switch"), symbol: "person", run: () => app.session.forget() },
      { label: t("account.out"), symbol: "close", run: () => app.session.signOut() },
    ],
  });
}

function initials(name) {
  const words = String(name).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  return (words.length > 1 ? words[0][0] + words[1][0] : (words[0] ?? "?").slice(0, 2)).toUpperCase();
}
