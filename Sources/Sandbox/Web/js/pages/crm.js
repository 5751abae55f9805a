/** The demo CRM: a customer database that knows nothing of telephony, with Patchbay's panel beside it. */

import { LANGUAGES, chooseLanguage, currentLanguage, loadLanguage, t } from "../lib/i18n.js";
import { icon } from "../lib/icons.js";
import { isDark, noticeList, remembered, setRedraw, switchTheme } from "../lib/shell.js";
import { World } from "../lib/store.js";
import { h, mount } from "../lib/ui.js";
import { nowOpen, pageBecameReady, panelIsAway, panelState } from "../crm/bridge.js";
import { caseForm, contactForm, isWritingCase, picker } from "../crm/forms.js";
import { crm, heard, loadCRM, place } from "../crm/state.js";
import { activityList, caseList, contactList, profile } from "../crm/views.js";
import { telephoneStrip, workersOf } from "../parts/telephone.js";

const VIEWS = ["contacts", "cases", "activities"];
const SYMBOLS = { contacts: "customer", cases: "file", activities: "clock" };
/** A panel whose script has not come by then is asked for again, in milliseconds. */
const PANEL_RETRY_MS = 4_000;

/** Whose telephone stands beside the panel. */
let worker = new URLSearchParams(location.search).get("worker") ?? remembered.get("worker");
let isPanelOpen = true;
let world = null;

await loadLanguage();
world = new World({ needs: ["calls"], changed: () => redraw(), heard, read: () => loadCRM(world) });
const drawApp = mount(document.querySelector("#crm-app"), app);
const drawTelephone = mount(document.querySelector("#crm-telephone"), telephone);
const drawHint = mount(document.querySelector("#crm-hint"), panelHint);
setRedraw(redraw);
pageBecameReady();
world.open();
addEventListener("hashchange", () => {
  if (place().view !== "new" && place().view !== "edit") crm.draft = null;
  nowOpen(crm.contacts.get(place().id) ?? null);
  redraw(() => document.querySelector("#main")?.scrollTo(0, 0));
});
setTimeout(askForPanel, PANEL_RETRY_MS);

function redraw(after) {
  document.title = `${titleOfView()} · ${t("crm.title")}`;
  document.querySelector("#crm-side").setAttribute("aria-label", t("crm.side"));
  document.body.classList.toggle("is-panel-closed", !isPanelOpen);
  drawApp(after);
  drawTelephone();
  drawHint();
}

/** Says that there is no panel, and asks for it again until the Gateway is there. */
function askForPanel() {
  if (!["waiting", "away"].includes(panelState())) return;
  panelIsAway();
  const script = document.createElement("script");
  script.type = "module";
  script.src = `/crm-panel.js?again=${Date.now()}`;
  document.body.append(script);
  script.addEventListener("error", () => script.remove());
  setTimeout(askForPanel, PANEL_RETRY_MS);
}

function titleOfView() {
  const { view, id } = place();
  if (view === "contact") return crm.contacts.get(id)?.name ?? t("crm.contacts");
  return t(VIEWS.includes(view) ? `crm.${view}` : "crm.new_contact");
}

function app() {
  const isOpen = crm.picking || isWritingCase();
  return [
    h("a.skip", { href: "#main", onclick: skip }, t("shell.skip")),
    h(
      "header.crm-bar",
      { inert: Boolean(isOpen) },
      h("span.crm-brand", { translate: "no" }, h("span.crm-mark", { "aria-hidden": "true" }, "≋"), "Harbour"),
      h("nav.crm-nav", { "aria-label": t("crm.areas") }, VIEWS.map(navLink)),
      world.connection.state === "lost" && h("span.chip.chip-bad", { role: "status" }, t("crm.offline")),
      h("button.ghost.square", { "aria-label": t("shell.language"), title: t("shell.language"), onclick: switchLanguage }, h("span.language-code", { translate: "no", "aria-hidden": "true" }, nextLanguage().toUpperCase())),
      themeButton(),
      h("button.ghost.square", { "aria-label": t("crm.panel"), title: t("crm.panel"), "aria-pressed": String(isPanelOpen), onclick: () => ((isPanelOpen = !isPanelOpen), redraw()) }, icon("call")),
    ),
    h("main.crm-main", { id: "main", tabindex: -1, inert: Boolean(isOpen), "aria-busy": crm.isLoaded ? null : "true" }, content()),
    crm.picking && picker(),
    isWritingCase() && caseForm(),
    noticeList(),
  ];
}

/** The address says where one is; the jump to the content must not change it. */
function skip(event) {
  event.preventDefault();
  document.querySelector("#main").focus();
}

function content() {
  if (!crm.isLoaded) return h("p.loading", null, world.error ? t("error.unreachable_title") : t("shell.loading"));
  const { view, id } = place();
  switch (view) {
    case "contact":
      return profile(id);
    case "cases":
      return caseList();
    case "activities":
      return activityList();
    case "new":
    case "edit":
      return contactForm();
    default:
      return contactList();
  }
}

function navLink(name) {
  const isHere = place().view === name || (name === "contacts" && ["contact", "new", "edit"].includes(place().view));
  return h("a", { href: `#${name}`, key: name, "aria-current": isHere ? "page" : null }, icon(SYMBOLS[name], { size: 18 }), h("span", null, t(`crm.${name}`)));
}

function nextLanguage() {
  return LANGUAGES[(LANGUAGES.indexOf(currentLanguage()) + 1) % LANGUAGES.length];
}

async function switchLanguage() {
  await chooseLanguage(nextLanguage());
  redraw();
}

function themeButton() {
  const label = t(isDark() ? "shell.to_light" : "shell.to_dark");
  return h("button.ghost.square", { "aria-label": label, title: label, onclick: switchTheme }, icon(isDark() ? "sun" : "moon"));
}

function telephone() {
  if (!world.isLoaded) return null;
  const workers = workersOf(world);
  const chosen = workers.find((one) => one.name === worker);
  if (chosen) return telephoneStrip(world, chosen);
  if (!workers.length) return null;
  const choose = (event) => {
    worker = event.target.value;
    remembered.set("worker", worker);
    redraw();
  };
  return h(
    "label.crm-whose",
    null,
    h("span", null, t("telephone.whose")),
    h("select", { value: "", onchange: choose }, h("option", { value: "", disabled: true }, "—"), workers.map((one) => h("option", { value: one.name, key: one.name, translate: "no" }, one.full_name ?? one.name))),
  );
}

function panelHint() {
  const state = panelState();
  if (!["away", "lost", "rejected"].includes(state)) return null;
  return h("p.crm-panel-hint", { role: "status" }, icon("alert", { size: 18 }), h("span", null, t(`crm.panel_${state}`)));
}
