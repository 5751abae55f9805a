/** Forms and lists of the stand-in: a contact, a case, the page of the home session, a search. */

import { day, initials, time } from "../lib/format.js";
import { t, tOf } from "../lib/i18n.js";
import { icon } from "../lib/icons.js";
import { emptyState } from "../lib/shell.js";
import { h } from "../lib/ui.js";
import { contactsNamed, list, nameOf, row } from "./records.js";

const PHONES = { telephone1: "business", mobilephone: "mobile", telephone2: "home" };
const ORIGINS = { 1: "phone", 2: "mail", 3: "web" };

/** A telephone number as the host shows it: a click is the panel's, when click-to-act is on. */
export const phoneField = (host, number, column, entity, found) =>
  h("button.dyn-phone", { disabled: !host.clickToAct, title: t(host.clickToAct ? "dynamics.call" : "dynamics.call_off"), "aria-label": t("dynamics.call_number", { number }), onclick: () => host.click(number, { name: column, entity, recordId: found[`${entity}id`], recordTitle: nameOf(entity, found) }) },
    icon("call", { size: 15 }), h("span", { translate: "no" }, number));

export function page(host, state) {
  const tab = host.tabInFront;
  if (!tab) return null;
  if (tab.templateName === "msdyn_searchpage") return emptyState({ symbol: "open", title: t("dynamics.search_page"), text: String(tab.parameters.searchText ?? "").slice(0, 200) });
  if (tab.templateName !== "msdyn_entityrecord") return host.front.owner === null ? home(host, state) : ownHome(host);
  return record(host, tab);
}

function record(host, { parameters: { entityName, entityId } }) {
  const found = row(entityName, entityId);
  if (found === null) return h("p.loading", null, t("shell.loading"));
  if (!found) return emptyState({ symbol: "file", title: t("dynamics.no_record"), text: t("dynamics.no_record_text") });
  return entityName === "incident" ? caseForm(host, found) : personForm(host, entityName, found);
}

function personForm(host, entity, found) {
  const id = found[`${entity}id`];
  const name = nameOf(entity, found);
  return h("article.dyn-form", { key: id },
    head(initials(name), name, tOf("dynamics_entity", entity), [found.jobtitle, found.address1_city, found.address1_country].filter(Boolean).join(" · ")),
    h("div.dyn-columns", null,
      h("section.dyn-card", { "aria-label": t("dynamics.details") }, h("h2", null, t("dynamics.details")),
        h("dl.dyn-facts", null,
          Object.keys(PHONES).filter((column) => found[column]).map((column) => fact(tOf("dynamics_column", PHONES[column]), phoneField(host, found[column], column, entity, found), column)),
          found.emailaddress1 && fact(t("dynamics.mail"), h("span", { translate: "no" }, found.emailaddress1), "mail"))),
      h("section.dyn-card", { "aria-label": t("dynamics.cases") }, h("h2", null, t("dynamics.cases")), caseRows(host, list("incident", `_customerid_value eq ${id}`, "createdon desc"))),
      timeline(id)));
}

function caseForm(host, found) {
  const customer = found._customerid_value ? row("contact", found._customerid_value) : undefined;
  return h("article.dyn-form", { key: found.incidentid },
    head(icon("file", { size: 24 }), found.title ?? "", t("dynamics.case"), [found.ticketnumber, found.createdon && `${day(found.createdon)} ${time(found.createdon)}`].filter(Boolean).join(" · ")),
    h("div.dyn-columns", null,
      h("section.dyn-card", { "aria-label": t("dynamics.details") }, h("h2", null, t("dynamics.details")),
        h("dl.dyn-facts", null,
          fact(t("dynamics.number"), h("span", { translate: "no" }, found.ticketnumber ?? "–"), "number"),
          ORIGINS[found.caseorigincode] && fact(t("dynamics.origin"), tOf("dynamics_origin", ORIGINS[found.caseorigincode]), "origin"),
          fact(t("dynamics.status"), h("span.chip", { class: found.statecode === 0 ? "chip-good" : "" }, t(found.statecode === 0 ? "dynamics.open" : "dynamics.closed")), "status"),
          found.description && fact(t("dynamics.description"), h("span.dyn-text", { translate: "no" }, found.description), "description"))),
      customer && h("section.dyn-card", { "aria-label": t("dynamics.customer") }, h("h2", null, t("dynamics.customer")),
        h("dl.dyn-facts", null,
          fact(t("dynamics.name"), opener(host, "contact", customer), "name"),
          Object.keys(PHONES).filter((column) => customer[column]).map((column) => fact(tOf("dynamics_column", PHONES[column]), phoneField(host, customer[column], column, "contact", customer), column)))),
      timeline(found.incidentid)));
}

const head = (sign, title, kind, detail) =>
  h("header.dyn-head", null, h("span.avatar.large", { "aria-hidden": "true", translate: "no" }, sign), h("div", null, h("p.sub", null, kind), h("h1", { translate: "no" }, title), h("p.sub", { translate: "no" }, detail)));

const fact = (name, value, key) => [h("dt", { key: `t ${key}` }, name), h("dd", { key: `d ${key}` }, value)];

const opener = (host, entity, found) =>
  h("button.dyn-link", { translate: "no", onclick: () => host.addTab({ entityName: entity, entityId: found[`${entity}id`] }) }, nameOf(entity, found) || "–");

function caseRows(host, rows) {
  if (rows === null) return h("p.hint", null, t("shell.loading"));
  if (rows.length === 0) return h("p.hint", null, t("dynamics.no_cases"));
  return h("ul.dyn-rows", null, rows.map((one) => h("li", { key: one.incidentid }, opener(host, "incident", one), h("span.sub", { translate: "no" }, one.ticketnumber ?? ""))));
}

/** Calls that are filed under the record, the newest first. */
function timeline(id) {
  const rows = list("phonecall", `_regardingobjectid_value eq ${id}`, "createdon desc");
  return h("section.dyn-card.dyn-timeline", { "aria-label": t("dynamics.timeline") }, h("h2", null, t("dynamics.timeline")),
    rows === null ? h("p.hint", null, t("shell.loading"))
      : rows.length === 0 ? h("p.hint", null, t("dynamics.no_calls"))
        : h("ol.dyn-calls", { "aria-live": "polite" }, rows.map((one) =>
            h("li", { key: one.activityid }, h("span.dyn-sign", { "aria-hidden": "true" }, icon(one.directioncode ? "outward" : "inward", { size: 16 })),
              h("div", null, h("strong", { translate: "no" }, one.subject ?? t("dynamics.phone_call")),
                h("p.sub", null, [one.createdon && `${day(one.createdon)} ${time(one.createdon)}`, one.phonenumber, Number.isFinite(one.actualdurationminutes) && t("dynamics.minutes", { count: one.actualdurationminutes })].filter(Boolean).join(" · ")),
                one.description && h("p.dyn-text", { translate: "no" }, one.description))))));
}

function home(host, state) {
  const rows = contactsNamed(state.search);
  return h("article.dyn-form", { key: "home" },
    h("header.dyn-list-head", null, h("h1", null, t("dynamics.contacts")),
      h("label", null, h("span.unseen", null, t("dynamics.search")), h("input", { type: "search", value: state.search, placeholder: t("dynamics.search"), autocomplete: "off", oninput: (event) => state.find(event.target.value) }))),
    rows === null ? h("p.loading", null, t("shell.loading"))
      : rows.length === 0 ? emptyState({ symbol: "customer", title: t("dynamics.nobody"), text: t("dynamics.nobody_text") })
        : h("div.dyn-card.dyn-scroll", { tabindex: 0, role: "region", "aria-label": t("dynamics.contacts") }, h("table.dyn-table", null,
            h("thead", null, h("tr", null, h("th", { scope: "col" }, t("dynamics.name")), h("th", { scope: "col" }, tOf("dynamics_column", PHONES.telephone1)), h("th", { scope: "col" }, t("dynamics.mail")))),
            h("tbody", null, rows.map((one) => h("tr", { key: one.contactid }, h("td", null, opener(host, "contact", one)), h("td", null, one.telephone1 && phoneField(host, one.telephone1, "telephone1", "contact", one)), h("td.sub", { translate: "no" }, one.emailaddress1 ?? "")))))));
}

const ownHome = (host) => emptyState({ symbol: host.front.owner === "own" ? "call" : "chat", title: t(host.front.owner === "own" ? "dynamics.session_own" : "dynamics.session_foreign"), text: t(host.front.owner === "own" ? "dynamics.session_own_text" : "dynamics.session_foreign_text") });
