/** The CRM's lists and profiles. */

import { clock, day, initials, phoneNumber, time } from "../lib/format.js";
import { t, tOf } from "../lib/i18n.js";
import { icon } from "../lib/icons.js";
import { emptyState, redraw } from "../lib/shell.js";
import { h } from "../lib/ui.js";
import { dial, liveWith } from "./bridge.js";
import { beginCase, beginContact, caseStatus } from "./forms.js";
import { activitiesOf, casesOf, contactsFor, crm } from "./state.js";

const searchField = () =>
  h(
    "label.crm-search",
    null,
    h("span.unseen", null, t("crm.search")),
    h("input", { type: "search", value: crm.search, placeholder: t("crm.search"), autocomplete: "off", oninput: (event) => ((crm.search = event.target.value), redraw()) }),
  );

/** A telephone number that is dialled by a click. */
export const numberButton = (number, contact) =>
  h("button.crm-number", { title: t("crm.dial", { number }), "aria-label": t("crm.dial", { number }), onclick: () => dial(number, contact) }, icon("call", { size: 15 }), h("span", { translate: "no" }, phoneNumber(number)));

export function contactList() {
  const contacts = contactsFor(crm.search);
  return [
    h("header.crm-head", null, h("h1", null, t("crm.contacts")), searchField(), h("button.primary", { onclick: () => beginContact() }, icon("plus", { size: 16 }), h("span", null, t("crm.new_contact")))),
    contacts.length
      ? h(
          "div.crm-scroll",
          { tabindex: 0, role: "region", "aria-label": t("crm.contacts") },
          h(
            "table.crm-table",
            null,
            h("thead", null, h("tr", null, ["name", "company", "phone", "email", "country"].map((column) => h("th", { scope: "col", key: column }, t(`crm.column_${column}`))))),
            h("tbody", null, contacts.map(contactRow)),
          ),
        )
      : emptyState({ symbol: "customer", title: t("crm.none_found"), text: t("crm.none_found_text") }),
  ];
}

function contactRow(contact) {
  return h(
    "tr",
    { key: contact.id },
    h("td", null, h("a.crm-person", { href: `#contact/${contact.id}`, translate: "no" }, h("span.avatar.small-avatar", { "aria-hidden": "true" }, initials(contact.name)), h("span", null, contact.name))),
    h("td", { translate: "no" }, contact.company),
    h("td", null, contact.phone && numberButton(contact.phone, contact)),
    h("td.crm-email", { translate: "no" }, contact.email),
    h("td", { translate: "no" }, contact.country),
  );
}

export function profile(id) {
  const contact = crm.contacts.get(id);
  if (!contact) {
    return [h("h1.unseen", null, t("crm.contacts")), emptyState({ symbol: "customer", title: t("crm.unknown_contact"), text: t("crm.unknown_contact_text"), action: h("a.button", { href: "#contacts" }, t("crm.to_contacts")) })];
  }
  const live = liveWith(contact);
  return h(
    "div.crm-profile",
    { key: contact.id },
    h(
      "header.crm-card.crm-person-card",
      null,
      h("span.avatar.large", { "aria-hidden": "true", translate: "no" }, initials(contact.name)),
      h("div.crm-person-text", null, h("h1", { translate: "no" }, contact.name), h("p.sub", { translate: "no" }, [contact.company, contact.country].filter(Boolean).join(" · ")), live.length > 0 && h("p.chips", null, h("span.chip.chip-good", { role: "status" }, t("crm.in_conversation")))),
      h("button.small", { onclick: () => beginContact(contact) }, icon("edit", { size: 16 }), h("span", null, t("crm.edit"))),
    ),
    h(
      "div.crm-columns",
      null,
      h(
        "div.crm-column",
        null,
        h(
          "section.crm-card",
          { "aria-labelledby": "details-title" },
          h("h2", { id: "details-title" }, t("crm.details")),
          h(
            "dl.crm-facts",
            null,
            contact.numbers.map((phone, index) => [h("dt", { key: `t${index}` }, tOf("crm_phone", phone.label)), h("dd", { key: `d${index}` }, numberButton(phone.number, contact))]),
            contact.email && [h("dt", null, t("crm.column_email")), h("dd", { translate: "no" }, contact.email)],
            contact.notes && [h("dt", null, t("crm.notes")), h("dd.crm-notes", { translate: "no" }, contact.notes)],
          ),
        ),
        h(
          "section.crm-card",
          { "aria-labelledby": "cases-title" },
          h("div.crm-card-head", null, h("h2", { id: "cases-title" }, t("crm.cases")), h("button.small", { onclick: () => beginCase(contact) }, icon("plus", { size: 16 }), h("span", null, t("crm.new_case")))),
          caseRows(casesOf(contact.id)),
        ),
      ),
      h("div.crm-column", null, h("section.crm-card", { "aria-labelledby": "activities-title" }, h("h2", { id: "activities-title" }, t("crm.activities")), activityRows(activitiesOf(contact.id)))),
    ),
  );
}

export function caseList() {
  return [h("header.crm-head", null, h("h1", null, t("crm.cases")), h("button.primary", { onclick: () => beginCase() }, icon("plus", { size: 16 }), h("span", null, t("crm.new_case")))), h("div.crm-card", null, caseRows(casesOf(), true))];
}

function caseRows(cases, withContact = false) {
  if (!cases.length) return h("p.hint", null, t("crm.no_cases"));
  return h(
    "ul.crm-rows",
    null,
    cases.map((one) =>
      h(
        "li",
        { key: one.id },
        h("div.crm-row-text", null, h("strong", { translate: "no" }, one.title), h("span.sub", null, h("span", { translate: "no" }, one.number), withContact && one.contact_id && [" · ", h("a", { href: `#contact/${one.contact_id}`, translate: "no" }, crm.contacts.get(one.contact_id)?.name ?? one.contact_id)])),
        caseStatus(one),
      ),
    ),
  );
}

export function activityList() {
  return [h("header.crm-head", null, h("h1", null, t("crm.activities"))), h("div.crm-card", null, activityRows(activitiesOf(), true))];
}

function activityRows(activities, withContact = false) {
  if (!activities.length) return h("p.hint", null, t("crm.no_activities"));
  return h("ul.crm-rows", { "aria-live": "polite" }, activities.map((one) => activityRow(one, withContact)));
}

/** One logged interaction; whatever is in it is shown as text. */
function activityRow(activity, withContact) {
  const log = activity.log ?? {};
  const when = log.startedTs ? new Date(log.startedTs).toISOString() : activity.date_created;
  const isOut = log.direction === "outbound";
  const spans = ["ring", "talk", "hold", "wrap"].filter((name) => log[`${name}Ms`] > 0).map((name) => t(`crm.span_${name}`, { time: clock(log[`${name}Ms`]) }));
  const contact = withContact && activity.contact_id && crm.contacts.get(activity.contact_id);
  return h(
    "li",
    { key: activity.id },
    h("span.crm-sign", { "aria-hidden": "true" }, icon(log.channel === "voice" ? (isOut ? "outward" : "inward") : "chat", { size: 18 })),
    h(
      "div.crm-row-text",
      null,
      h("strong", null, tOf("crm_channel", log.channel ?? "voice"), " · ", tOf("crm_outcome", String(log.outcome ?? "completed").replace("_", "-"))),
      h("span.sub", null, h("span", { translate: "no" }, `${day(when)} ${time(when)}`), log.agentId && [" · ", h("span", { translate: "no" }, log.agentId)], spans.length > 0 && ` · ${spans.join(", ")}`),
      contact && h("a.sub", { href: `#contact/${contact.id}`, translate: "no" }, contact.name),
      log.dispositionCode && h("span.chip.quiet", { translate: "no" }, log.dispositionCode),
      log.notes && h("p.crm-notes", { translate: "no" }, log.notes),
    ),
  );
}
