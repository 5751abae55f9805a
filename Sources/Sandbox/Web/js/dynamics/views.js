/** The frame of the stand-in: bar, rail of sessions, tabs, notifications. */

import { LANGUAGES, chooseLanguage, currentLanguage, t } from "../lib/i18n.js";
import { icon } from "../lib/icons.js";
import { isDark, noticeList, switchTheme } from "../lib/shell.js";
import { h } from "../lib/ui.js";
import { HOME } from "./host-model.js";
import { page } from "./forms.js";
import { nameOf, row } from "./records.js";
import { tester } from "./tester.js";

export function bar(host, state) {
  const next = LANGUAGES[(LANGUAGES.indexOf(currentLanguage()) + 1) % LANGUAGES.length];
  const language = async () => {
    await chooseLanguage(next);
    state.redraw();
  };
  const theme = t(isDark() ? "shell.to_light" : "shell.to_dark");
  return h("header.dyn-bar", null,
    h("a.skip", { href: "#main" }, t("shell.skip")),
    h("span.dyn-brand", { translate: "no" }, h("span.dyn-mark", { "aria-hidden": "true" }), "Copilot Service workspace"),
    h("span.chip.chip-late", null, t("dynamics.standin")),
    h("div.dyn-telephone", null, state.telephone()),
    h("label.dyn-presence", { class: `is-${host.presence === "Available" ? "on" : "off"}` }, h("span.unseen", null, t("dynamics.presence")), h("span.dot", { "aria-hidden": "true" }),
      h("select", { value: host.presence, translate: "no", onchange: (event) => host.choosePresence(event.target.value) }, host.presences.map((one) => h("option", { value: one, key: one }, one)))),
    h("button.ghost.square", { "aria-label": t("shell.language"), title: t("shell.language"), onclick: language }, h("span.language-code", { translate: "no", "aria-hidden": "true" }, next.toUpperCase())),
    h("button.ghost.square", { "aria-label": theme, title: theme, onclick: switchTheme }, icon(isDark() ? "sun" : "moon")),
    h("button.ghost.square", { "aria-label": t("dynamics.tester"), title: t("dynamics.tester"), "aria-pressed": String(state.isTesting), onclick: () => state.toggleTester() }, icon("flask")));
}

export const app = (host, state) => [
  h("nav.dyn-rail", { "aria-label": t("dynamics.sessions") }, h("ul", null, host.sessions.map((one) => sessionButton(host, one)))),
  h("div.dyn-work", null,
    h("div.dyn-tabs", { role: "tablist", "aria-label": t("dynamics.tabs") }, host.front.tabs.map((tab) => tabButton(host, tab))),
    h("main.dyn-main", { id: "main", tabindex: -1, "aria-busy": state.isLoaded ? null : "true" }, page(host, state))),
  h("div.dyn-toasts", { role: "alert" }, host.notifications.map((one) => toast(host, one))),
  state.isTesting && tester(host, state),
  noticeList(),
];

const TITLES = { own: "dynamics.session_own", foreign: "dynamics.session_foreign" };

function sessionButton(host, session) {
  const isHome = session.id === HOME;
  const title = isHome ? t("dynamics.home") : session.title || t(TITLES[session.owner]);
  const sign = isHome ? "desk" : session.owner === "own" ? "call" : "chat";
  return h("li", { key: session.id },
    h("button.dyn-session", { "aria-current": session.id === host.focused ? "true" : null, title, onclick: () => host.chooseSession(session.id) },
      icon(sign, { size: 20 }), h("span.dyn-session-name", { translate: isHome ? null : "no" }, title),
      session.hasIndicator && h("span.dyn-indicator", { role: "status", "aria-label": t("dynamics.wants_you") }),
      session.activity > 0 && h("span.chip.chip-bad", null, String(session.activity))),
    !isHome && h("button.ghost.dyn-close", { "aria-label": t("dynamics.close_session", { title }), onclick: () => host.closeSession(session.id) }, icon("close", { size: 14 })));
}

function titleOf(tab) {
  if (tab.title) return tab.title;
  const { entityName, entityId } = tab.parameters;
  if (entityId) return nameOf(entityName, row(entityName, entityId)) || t("dynamics.record");
  return t(tab.templateName === "msdyn_searchpage" ? "dynamics.search_page" : "dynamics.dashboard");
}

function tabButton(host, tab) {
  const isHere = tab.id === host.front.front;
  const title = titleOf(tab);
  const isRecord = Boolean(tab.parameters.entityId);
  return h("div.dyn-tab", { key: tab.id, class: isHere && "is-here", role: "presentation" },
    h("button", { role: "tab", "aria-selected": String(isHere), tabindex: isHere ? 0 : -1, onclick: () => host.chooseTab(tab.id), "data-tab": tab.id }, icon(isRecord ? (tab.parameters.entityName === "incident" ? "file" : "customer") : "desk", { size: 16 }), h("span", { translate: isRecord ? "no" : null }, title)),
    host.front.tabs.length > 1 && host.front.tabs[0] !== tab && h("button.ghost.dyn-close", { "aria-label": t("dynamics.close_tab", { title }), onclick: () => host.closeTab(tab.id) }, icon("close", { size: 14 })));
}

function toast(host, { token, parameters }) {
  return h("section.dyn-toast", { key: token, "aria-label": t("dynamics.offer") },
    h("span.avatar", { "aria-hidden": "true" }, icon(parameters.channel === "voice" || !parameters.channel ? "call" : "chat", { size: 20 })),
    h("div", null, h("strong", { translate: "no" }, parameters.customer || t("dynamics.offer")), h("p.sub", { translate: "no" }, [parameters.number, parameters.queue].filter(Boolean).join(" · "))),
    h("div.dyn-toast-actions", null,
      h("button.primary.small", { onclick: () => host.settle(token, "Accept", "Accept") }, t("dynamics.accept")),
      h("button.small", { onclick: () => host.settle(token, "Reject", "DeclinedByAgent") }, t("dynamics.decline"))));
}

/** Above the panel: its name, and the buttons that move it. */
export const sideBar = (host) => h("div.dyn-side-bar", null,
  host.mode === 1 && h("span.dyn-side-name", { translate: "no" }, "Patchbay"),
  h("button.ghost.square", { "aria-label": t(host.mode === 1 ? "dynamics.minimise" : "dynamics.dock"), title: t(host.mode === 1 ? "dynamics.minimise" : "dynamics.dock"), onclick: () => host.chooseMode(host.mode === 1 ? 0 : 1) }, icon(host.mode === 1 ? "back" : "call", { size: 18 })));
