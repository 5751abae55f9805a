/** What every page has around its content: the bar, the state of the connection, notices, language and theme. */

import { LANGUAGES, chooseLanguage, currentLanguage, loadLanguage, t } from "./i18n.js";
import { time } from "./format.js";
import { icon, mark } from "./icons.js";
import { World } from "./store.js";
import { h, mount } from "./ui.js";

const PAGES = ["customer", "agent", "desk", "control"];
/** A notice goes by itself after this long; errors stay until they are closed. */
const NOTICE_MS = 4_000;
/** A connection that comes back sooner than this is not worth a banner. */
const BANNER_AFTER_MS = 1_200;

/**
 * Starts a page.
 *
 * `view(world)` describes its content; `needs` is what the page reads (see `World`); `opened(world, redraw)` runs once
 * after the first snapshot; `heard(kind, data)` gets every event; `unread(world)` counts what waits, for the title. Everything is drawn again when the world, the language or the page's own state changes.
 */
export async function startPage({ name, needs, view, opened, heard, unread = () => 0 }) {
  await loadLanguage();
  const world = new World({ needs, heard, changed: () => redraw() });
  const redraw = mount(document.body, () => {
    const waiting = unread(world);
    document.title = `${waiting ? `(${waiting}) ` : ""}${t(`${name}.title`)} · Patchbay`;
    return shell(name, world, view);
  });
  setRedraw(redraw);
  world.open();
  await world.loaded;
  opened?.(world, redraw);
  redraw();
}

let redrawPage = () => {};

/** What draws the page again, for one that has another frame than this. */
export function setRedraw(redraw) {
  redrawPage = redraw;
}

let notices = [];
let noticeCount = 0;

/** Tells something at the edge of the page. */
export function notify(text, { isError = false, detail = "" } = {}) {
  const notice = { id: (noticeCount += 1), text, detail, isError };
  notices = [...notices.slice(-2), notice];
  if (!isError) setTimeout(() => dismiss(notice), NOTICE_MS);
  redrawPage();
}

/** Tells an error: what went wrong, what the Sandbox says about it, and what to do. */
export function notifyError(error, what) {
  notify(what, { isError: true, detail: [sentence(error.message), t(error.hint ?? "error.hint_server")].filter(Boolean).join(" ") });
}

/** What the Sandbox says ends without a full stop, as the provider's messages do. */
const sentence = (text) => (text && !/[.!?]$/.test(text) ? `${text}.` : text);

function dismiss(notice) {
  notices = notices.filter((other) => other !== notice);
  redrawPage();
}

function shell(name, world, view) {
  return [
    h("a.skip", { href: "#main" }, t("shell.skip")),
    h(
      "header.bar",
      null,
      h("a.brand", { href: "/", "aria-label": t("shell.home") }, mark(), h("span.brand-name", { translate: "no" }, "Patchbay")),
      h("span.bar-page", null, t(`${name}.title`)),
      h(
        "nav.bar-nav",
        { "aria-label": t("shell.pages") },
        PAGES.map((page) =>
          h("a", { href: `/${page}`, "aria-current": page === name ? "page" : null }, t(`shell.to_${page}`)),
        ),
      ),
      connectionPill(world),
      languageButton(),
      themeButton(),
    ),
    banner(world),
    h("main.page", { id: "main", tabindex: -1, class: `page-${name}`, "aria-busy": world.isLoaded ? null : "true" }, content(world, view)),
    noticeList(),
  ];
}

/** Notices and errors at the edge of the page. */
export function noticeList() {
  return [
    h("div.notices", { role: "status", "aria-live": "polite", key: "notices" }, notices.filter((n) => !n.isError).map(noticeView)),
    h("div.notices.errors", { role: "alert", key: "errors" }, notices.filter((n) => n.isError).map(noticeView)),
  ];
}

function content(world, view) {
  if (world.isLoaded) return view(world);
  if (!world.error) return h("p.loading", null, t("shell.loading"));
  return emptyState({ symbol: "alert", title: t("error.unreachable_title"), text: t(world.error.hint) });
}

function connectionPill(world) {
  const state = world.error ? "lost" : world.connection.state;
  return h("span.pill", { class: `pill-${state}`, role: "status" }, h("span.dot", { "aria-hidden": "true" }), t(`shell.state_${state}`));
}

function banner(world) {
  const { state, since } = world.connection;
  if (state !== "lost") return null;
  const remaining = since + BANNER_AFTER_MS - Date.now();
  if (remaining > 0) {
    setTimeout(() => redrawPage(), remaining + 10);
    return null;
  }
  return h("p.banner", { role: "alert" }, icon("alert"), t("shell.lost", { time: time(since, true) }));
}

function noticeView(notice) {
  return h(
    "div.notice",
    { key: notice.id, class: notice.isError && "notice-error" },
    h("div", null, h("strong", null, notice.text), notice.detail && h("p", null, notice.detail)),
    h("button.ghost.square", { "aria-label": t("shell.dismiss"), onclick: () => dismiss(notice) }, icon("close", { size: 16 })),
  );
}

function languageButton() {
  const next = LANGUAGES[(LANGUAGES.indexOf(currentLanguage()) + 1) % LANGUAGES.length];
  const choose = async () => {
    await chooseLanguage(next);
    redrawPage();
  };
  return h(
    "button.ghost.square",
    { "aria-label": t("shell.language"), title: t("shell.language"), onclick: choose },
    h("span.language-code", { translate: "no", "aria-hidden": "true" }, next.toUpperCase()),
  );
}

export function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

export function switchTheme() {
  const theme = isDark() ? "light" : "dark";
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem("patchbay.theme", theme);
  } catch {
    // For this page only then.
  }
  redrawPage();
}

function themeButton() {
  const label = t(isDark() ? "shell.to_light" : "shell.to_dark");
  return h("button.ghost.square", { "aria-label": label, title: label, onclick: switchTheme }, icon(isDark() ? "sun" : "moon"));
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => redrawPage());

/** What stands where there is nothing yet: a sign, a sentence, what to do. */
export function emptyState({ symbol, title, text, action }) {
  return h(
    "div.empty",
    null,
    h("span.empty-sign", null, icon(symbol, { size: 28 })),
    h("h2.empty-title", null, title),
    text && h("p.empty-text", null, text),
    action,
  );
}

/** Runs what a button does: tells when it fails, and what that was. */
export async function attempt(what, work) {
  try {
    return await work();
  } catch (error) {
    if (!("hint" in error)) throw error;
    notifyError(error, what);
    return undefined;
  }
}

/** Draws the page again: for state that is the page's own. `after`, if it is a function, is called once that is done. */
export const redraw = (after) => redrawPage(after);

/** A value that outlives a reload of this window, and of this window only. */
export const remembered = {
  get(key) {
    try {
      return sessionStorage.getItem(`patchbay.${key}`);
    } catch {
      return null;
    }
  },
  set(key, value) {
    try {
      if (value === null) sessionStorage.removeItem(`patchbay.${key}`);
      else sessionStorage.setItem(`patchbay.${key}`, value);
    } catch {
      // Then it does not outlive it.
    }
  },
};
