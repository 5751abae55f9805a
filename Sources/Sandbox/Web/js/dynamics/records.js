/** Rows of the Sandbox's Dataverse, as the stand-in's forms and lists show them: read when they are looked at. */

import { api } from "../lib/api.js";

export const SETS = Object.freeze({ contact: "contacts", account: "accounts", incident: "incidents", phonecall: "phonecalls" });
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const LIST_LIMIT = 30;

const known = new Map();
const lists = new Map();
const loading = new Set();
let redraw = () => {};

export const whenRead = (draw) => (redraw = draw);

/** The row, null while it is read, undefined when there is none. */
export function row(entity, id) {
  if (!SETS[entity] || !GUID.test(id ?? "")) return undefined;
  const key = `${entity} ${id.toLowerCase()}`;
  if (!known.has(key)) read(key, SETS[entity], { $filter: `${entity === "phonecall" ? "activity" : entity}id eq ${id}`, $top: 1 }, (rows) => known.set(key, rows[0]));
  return known.has(key) ? known.get(key) : null;
}

/** Rows of a list, null while they are read. */
export function list(entity, filter, order) {
  const key = `${entity} ${filter} ${order}`;
  if (!lists.has(key)) read(key, SETS[entity], { $filter: filter, $orderby: order, $top: LIST_LIMIT }, (rows) => lists.set(key, rows));
  return lists.get(key) ?? null;
}

/** Reads lists again that are shown: what somebody else has written is there then. */
export function refresh() {
  for (const [key] of lists) {
    const [entity, ...rest] = key.split(" ");
    const order = rest.splice(-2).join(" ");
    read(key, SETS[entity], { $filter: rest.join(" "), $orderby: order, $top: LIST_LIMIT }, (rows) => lists.set(key, rows));
  }
}

export function forget() {
  known.clear();
  lists.clear();
  redraw();
}

/** Contacts of a search in the list, by name. */
export const contactsNamed = (text) => list("contact", text.trim() ? `contains(fullname,'${text.trim().replace(/'/g, "''")}')` : "fullname ne null", "fullname asc");

/** What a lookup of the panel's finds; `unknown` when it names a column that is not there. */
export async function rowsOf(entity, query) {
  const parameters = Object.fromEntries(new URLSearchParams(String(query).replace(/^\?/, "").replace(/\+/g, "%20")));
  try {
    return { rows: (await api.get(`/dataverse/${SETS[entity] ?? entity}`, parameters)).value };
  } catch (error) {
    if (!("hint" in error)) throw error;
    return { rows: [], unknown: error.status === 400 };
  }
}

async function read(key, set, parameters, take) {
  if (loading.has(key)) return;
  loading.add(key);
  try {
    const before = JSON.stringify(lists.get(key) ?? known.get(key));
    const { value } = await api.get(`/dataverse/${set}`, parameters);
    take(value);
    if (before !== JSON.stringify(lists.get(key) ?? known.get(key))) redraw();
  } catch (error) {
    if (!("hint" in error)) throw error;
    take([]);
    redraw();
  } finally {
    loading.delete(key);
  }
}

export const nameOf = (entity, found) => (entity === "incident" ? found?.title : entity === "account" ? found?.name : entity === "phonecall" ? found?.subject : found?.fullname) ?? "";
