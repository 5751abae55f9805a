/** What the CRM's page knows: contacts, cases and activities, kept up to date by the event stream, and where it is. */

import { api } from "../lib/api.js";

/** Rows that are read of each kind, and activities of a profile. */
const READ_LIMIT = 200;

export const crm = {
  contacts: new Map(),
  cases: new Map(),
  activities: new Map(),
  isLoaded: false,
  /** The project whose CRM it is. */
  project: null,
  search: "",
  /** `{matches, interactionId}` while somebody must say which of several contacts it is. */
  picking: null,
  /** A contact that is being written: `{values, interactionId, id}`. */
  draft: null,
};

/** Reads everything; what the stream says meanwhile is newer and wins by its revision. */
export async function loadCRM(world) {
  crm.project = world.projects[0]?.name ?? null;
  if (!crm.project) return;
  const read = async (kind) => (await api.get(`/crm/${kind}`, { project: crm.project, limit: READ_LIMIT })).items;
  const [contacts, cases, activities] = await Promise.all(["contacts", "cases", "activities"].map(read));
  fill(crm.contacts, contacts);
  fill(crm.cases, cases);
  fill(crm.activities, activities);
  crm.isLoaded = true;
}

function fill(map, items) {
  map.clear();
  for (const item of items) map.set(item.id, item);
}

/** Applies an event of the stream. */
export function heard(kind, data) {
  const map = { contact: crm.contacts, case: crm.cases, activity: crm.activities }[kind];
  if (map && data.id && (!crm.project || data.project === crm.project)) map.set(data.id, data);
}

const byName = (one, other) => one.name.localeCompare(other.name) || one.id.localeCompare(other.id);
const newestFirst = (one, other) => other.date_created.localeCompare(one.date_created) || other.id.localeCompare(one.id);
const digitsOf = (text) => text.replace(/\D/g, "");

/** Contacts whose name, company, e-mail or number holds the text, by name. */
export function contactsFor(text) {
  const wanted = text.trim().toLowerCase();
  const digits = digitsOf(wanted);
  const fits = (contact) =>
    !wanted || [contact.name, contact.company, contact.email].some((field) => field.toLowerCase().includes(wanted)) ||
    (digits.length >= 3 && contact.numbers.some((phone) => digitsOf(phone.number).includes(digits)));
  return [...crm.contacts.values()].filter(fits).sort(byName);
}

export const casesOf = (id) => [...crm.cases.values()].filter((one) => !id || one.contact_id === id).sort(newestFirst);

export const activitiesOf = (id) => [...crm.activities.values()].filter((one) => !id || one.contact_id === id).sort(newestFirst);

/** Where the page is, from its address: `#contact/C-1001` is `{view: "contact", id: "C-1001"}`. */
export function place(hash = location.hash) {
  const [view, id] = hash.replace(/^#/, "").split("/");
  return { view: view || "contacts", id: id ? decodeURIComponent(id) : null };
}

export function go(view, id) {
  location.hash = id ? `${view}/${encodeURIComponent(id)}` : view;
}

/** Makes or changes a contact; the key makes one of a form that is sent twice. */
export async function saveContact({ id, values, key }) {
  const body = { project: crm.project, ...values };
  const saved = id
    ? await api.put(`/crm/contacts/${encodeURIComponent(id)}`, body)
    : await api.post("/crm/contacts", { ...body, idempotency_key: key });
  crm.contacts.set(saved.id, saved);
  return saved;
}

export async function saveCase({ id, values, key }) {
  const body = { project: crm.project, ...values };
  const saved = id ? await api.put(`/crm/cases/${encodeURIComponent(id)}`, body) : await api.post("/crm/cases", { ...body, idempotency_key: key });
  crm.cases.set(saved.id, saved);
  return saved;
}

/** What the panel calls a record. */
export const recordOf = (contact) => ({ entity: "contact", id: contact.id, label: contact.name });
