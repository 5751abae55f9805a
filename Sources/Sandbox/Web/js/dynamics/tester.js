/** The tester's drawer: what the host does wrong, and what somebody else does in it. */

import { timeWithMilliseconds } from "../lib/format.js";
import { t, tOf } from "../lib/i18n.js";
import { icon } from "../lib/icons.js";
import { h } from "../lib/ui.js";
import { METHODS } from "./host-methods.js";

const SWITCHES = ["lacksPrivilege", "presenceByID", "keepsFocus", "isStranger", "isSilent"];
const kebab = (name) => name.replace(/[A-Z]+/g, (letters) => `-${letters.toLowerCase()}`);
const SHOWN = 12;

export function tester(host, state) {
  const { faults } = host;
  const set = (name, value) => {
    faults[name] = value;
    host.change();
  };
  return h("aside.dyn-tester", { "aria-label": t("dynamics.tester") },
    h("header", null, h("h2", null, t("dynamics.tester")), h("button.ghost.square", { "aria-label": t("dynamics.tester_close"), onclick: () => state.toggleTester() }, icon("close", { size: 18 }))),
    h("p.hint", null, t("dynamics.tester_text")),
    SWITCHES.map((name) => h("label.check", { key: name }, h("input", { type: "checkbox", checked: faults[name], onchange: (event) => set(name, event.target.checked) }), h("span", null, tOf("dynamics_fault", kebab(name))))),
    h("label.dyn-field", null, h("span", null, t("dynamics.encoding")), h("select", { value: faults.encoding, translate: "no", onchange: (event) => set("encoding", event.target.value) }, ["text", "object", "map"].map((one) => h("option", { value: one, key: one }, one)))),
    h("label.dyn-field", null, h("span", null, t("dynamics.providers")), h("select", { value: String(faults.providers), onchange: (event) => set("providers", Number(event.target.value)) }, ["1", "2"].map((one) => h("option", { value: one, key: one }, one)))),
    h("label.dyn-field", null, h("span", null, t("dynamics.hang")),
      h("select", { value: [...faults.hang][0] ?? "", translate: "no", onchange: (event) => set("hang", new Set(event.target.value ? [event.target.value] : [])) }, h("option", { value: "" }, "–"), Object.keys(METHODS).map((one) => h("option", { value: one, key: one }, one)))),
    h("label.dyn-field", null, h("span", null, t("dynamics.refuse")),
      h("select", { value: [...faults.refuse.keys()][0] ?? "", translate: "no", onchange: (event) => set("refuse", new Map(event.target.value ? [[event.target.value, { errorCode: 1, message: "Refused by the tester." }]] : [])) }, h("option", { value: "" }, "–"), Object.keys(METHODS).map((one) => h("option", { value: one, key: one }, one)))),
    h("div.dyn-buttons", null,
      h("button.small", { onclick: () => host.addForeign(t("dynamics.session_foreign")) }, t("dynamics.add_foreign")),
      h("button.small", { onclick: () => fill(host) }, t("dynamics.fill_sessions")),
      h("button.small", { onclick: () => host.sendArticle(t("dynamics.article"), `${location.origin}/kb/1`) }, t("dynamics.send_article"))),
    h("h3", null, t("dynamics.calls")),
    h("ol.dyn-log", { translate: "no" }, host.calls.slice(-SHOWN).reverse().map((one, index) => h("li", { key: host.calls.length - index }, h("code", null, one.method), h("span.sub", null, `${one.at ? timeWithMilliseconds(one.at) : ""} ${JSON.stringify(one.args).slice(1, 90)}`)))));
}

function fill(host) {
  while (host.sessions.length <= 10) host.addForeign(t("dynamics.session_foreign"));
}
