/** The stand-in of Dynamics: the host's model, drawn, with the panel's frame at its left. */

import { panelOrigin } from "/dynamics-settings.js";
import { currentLanguage, loadLanguage, t } from "../lib/i18n.js";
import { remembered, setRedraw } from "../lib/shell.js";
import { World } from "../lib/store.js";
import { h, mount } from "../lib/ui.js";
import { telephoneStrip, workersOf } from "../parts/telephone.js";
import { HostModel } from "./host-model.js";
import { contactsNamed, refresh, rowsOf, whenRead } from "./records.js";
import { app, bar, sideBar } from "./views.js";
import { serve } from "./wire.js";

/** Lists in front are read again this often, in milliseconds: the server writes into them by itself. */
const REFRESH_MS = 3_000;
/** After the last key, in milliseconds. */
const SEARCH_MS = 300;
const MINIMISED_PX = 44;
/** The panel takes the language of the one who is signed in to the CRM. */
const LCIDS = { en: 1033, es: 3082 };

const query = new URLSearchParams(location.search);
/** Whose telephone is in the bar. */
const worker = query.get("worker") ?? remembered.get("worker");
const side = document.querySelector("#dyn-side");
const frameBox = document.querySelector("#dyn-frame");
let world = null;
let typing = null;
let draws = [];

const state = {
  search: "", isTesting: false, isLoaded: false,
  redraw: () => redraw(),
  toggleTester: () => ((state.isTesting = !state.isTesting), redraw()),
  find: (text) => {
    clearTimeout(typing);
    typing = setTimeout(() => ((state.search = text), contactsNamed(text), redraw()), SEARCH_MS);
  },
  telephone: () => {
    const chosen = world?.isLoaded ? workersOf(world).find((one) => one.name === worker) : null;
    return chosen ? telephoneStrip(world, chosen) : null;
  },
};

await loadLanguage();
const settings = { layout: query.get("layout") ?? undefined, analytics: true };
const host = new HostModel({ changed: () => draws.length > 0 && redraw(), rows: rowsOf, environment: { customParams: JSON.stringify(settings), userLcid: LCIDS[currentLanguage()] } });
globalThis.host = host;
world = new World({ needs: ["calls"], changed: () => redraw() });
whenRead(() => redraw());
draws = [mount(document.querySelector("#dyn-bar"), () => bar(host, state)), mount(document.querySelector("#dyn-app"), () => app(host, state)), mount(document.querySelector("#dyn-side-bar"), () => sideBar(host))];
setRedraw(redraw);
world.open();
world.loaded.then(() => ((state.isLoaded = true), redraw()));
setInterval(() => document.visibilityState === "visible" && refresh(), REFRESH_MS);
frameThePanel();
redraw();

function redraw(after) {
  document.title = `${t("dynamics.title")} · Patchbay`;
  side.setAttribute("aria-label", t("dynamics.panel"));
  const isHidden = host.mode === 2 || (host.front?.owner === null && host.faults.providers > 1);
  side.hidden = isHidden;
  side.classList.toggle("is-minimised", host.mode === 0);
  document.body.style.setProperty("--dyn-side", isHidden ? "0px" : `${host.mode === 0 ? MINIMISED_PX : host.width}px`);
  for (const draw of draws) draw(after);
}

/** The panel as the provider record's channel URL names it; it finds the CRM by `ucilib`. */
function frameThePanel() {
  if (!panelOrigin) {
    mount(frameBox, () => h("p.hint.dyn-no-panel", null, t("dynamics.no_panel")));
    return;
  }
  const frame = document.createElement("iframe");
  frame.title = "Patchbay";
  frame.allow = `microphone ${panelOrigin}; autoplay ${panelOrigin}`;
  frame.src = `${panelOrigin}/panel/cif?ucilib=${encodeURIComponent(location.origin)}`;
  serve(host, frame, panelOrigin);
  frameBox.append(frame);
}
