/** A conversation that an agent begins in the app: whom to write to, through which channel, and the first words. */

import { api } from "../lib/api.js";
import { phoneNumber } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { attempt, emptyState, redraw } from "../lib/shell.js";
import { h } from "../lib/ui.js";
import { avatar } from "./people.js";

const CHANNELS = ["sms", "whatsapp"];
/** How long after the last key the list is asked for again, in milliseconds. */
const TYPING_MS = 250;

/** What is chosen so far; null while the sheet is closed. */
let draft = null;
let typing = null;

/** What is to be written once the agent is in the conversation, by its SID. */
const firstWords = new Map();

/** The first words of a conversation that has just begun, once. */
export function takeFirstWords(sid) {
  const words = firstWords.get(sid);
  firstWords.delete(sid);
  return words;
}

/** Begins anew: with the customers where the project has somebody to ask, else with a number. */
export function beginNew(project, worker) {
  draft = { project: project.name, worker: worker.identity, step: project.asks_callbacks ? "customers" : "number", customers: null, query: "", number: "", next: null, isSearchable: false, isFailed: false };
  if (project.asks_callbacks) readCustomers();
}

/** Asks the company's callback for customers; `isMore` adds the next page to those that are there. */
async function readCustomers(isMore = false) {
  const mine = draft;
  const { project, worker, query } = mine;
  mine.isFailed = false;
  const token = isMore ? mine.next : undefined;
  const answer = await attempt(t("agent.customers_failed"), () => api.get("/agent/customers", { project, worker, query, page_token: token }));
  if (draft !== mine || mine.query !== query) return;
  const objects = answer?.objects;
  mine.isFailed = !objects;
  mine.isSearchable = Boolean(objects?.searchable) || query !== "";
  mine.customers = [...((isMore && mine.customers) || []), ...(objects?.customers ?? [])];
  mine.next = objects?.next_page_token ?? null;
  redraw();
}

/** Reads who a customer is and what may be written to him. */
async function choose(customer) {
  const mine = draft;
  const { project, worker } = mine;
  const id = encodeURIComponent(customer.customer_id);
  const details = await attempt(t("agent.customer_failed"), () => api.get(`/agent/customers/${id}`, { project, worker }));
  const found = details?.objects?.customer;
  if (draft !== mine || !found) return;
  const templates = await api.get("/agent/templates", { project, worker, customer_id: customer.customer_id }).catch(() => null);
  if (draft !== mine) return;
  mine.customer = { ...customer, ...found };
  mine.channels = (found.channels ?? []).filter((channel) => CHANNELS.includes(channel.type));
  mine.templates = Array.isArray(templates) ? templates : [];
  mine.words = "";
  mine.step = "write";
  redraw();
}

async function start(state, values, words = "") {
  const { project, worker } = draft;
  const answer = await attempt(t("agent.new_failed"), () => api.post("/agent/conversations", { project, worker, ...values }));
  if (!answer?.sid) return;
  if (words.trim()) firstWords.set(answer.sid, words.trim());
  draft = null;
  state.sheet = null;
  state.open = answer.sid;
  redraw();
}

export function newSheet(state) {
  if (draft?.step === "customers") return customersStep();
  if (draft?.step === "write") return writeStep(state);
  return numberStep(state);
}

function to(step) {
  return () => {
    draft.step = step;
    redraw();
  };
}

function customersStep() {
  const own = draft;
  const { customers, isSearchable, query, next, isFailed } = own;
  const search = (event) => {
    own.query = event.target.value;
    clearTimeout(typing);
    typing = setTimeout(() => draft?.step === "customers" && readCustomers(), TYPING_MS);
    redraw();
  };
  return h(
    "div.sheet-form",
    { key: "customers" },
    isSearchable && h("label.field", null, h("span", null, t("agent.search")), h("input", { type: "search", value: query, autocomplete: "off", oninput: search })),
    customers === null
      ? h("p.loading", { role: "status" }, t("shell.loading"))
      : customers.length
        ? h("ul.choices", { "aria-label": t("agent.customers") }, customers.map(customerRow))
        : emptyState({ symbol: "customer", title: t(isFailed ? "agent.customers_failed" : "agent.no_customers"), text: t(isFailed ? "agent.customers_failed_text" : "agent.no_customers_text") }),
    next && h("button.wide", { onclick: () => readCustomers(true) }, t("agent.more_customers")),
    h("button.wide", { onclick: to("number") }, t("agent.write_number")),
  );
}

function customerRow(customer) {
  const name = customer.display_name || customer.customer_id;
  return h("li", { key: customer.customer_id }, h("button.choice", { onclick: () => choose(customer) }, avatar(name), h("span.conversation-title", { translate: "no" }, name)));
}

function writeStep(state) {
  const own = draft;
  const { customer, channels, templates, words } = own;
  const name = customer.display_name || customer.customer_id;
  const begin = (event) => {
    event.preventDefault();
    const channel = channels[Number(new FormData(event.target).get("channel"))];
    return start(state, { customer_id: customer.customer_id, name, channel: channel.type, address: phoneNumber(channel.value) }, own.words);
  };
  const use = (content) => () => {
    own.words = content;
    redraw();
  };
  return h(
    "form.sheet-form",
    { key: "write", onsubmit: begin },
    h("div.choice", null, avatar(name), h("span.conversation-title", { translate: "no" }, name)),
    channels.length
      ? h("label.field", null, h("span", null, t("customer.channel")), h("select", { name: "channel" }, channels.map((channel, index) => h("option", { value: index, translate: "no" }, `${t(`channel.${channel.type}`)} · ${phoneNumber(channel.value)}`))))
      : h("p.hint", null, t("agent.no_channels")),
    templates.map((category) =>
      h("fieldset.templates", { key: category.display_name }, h("legend", { translate: "no" }, category.display_name), (category.templates ?? []).map((one) => h("button.small", { type: "button", translate: "no", onclick: use(one.content) }, one.content))),
    ),
    h("label.field", null, h("span", null, t("agent.first_words")), h("textarea", { rows: 3, value: words, oninput: (event) => ((own.words = event.target.value), redraw()) })),
    h("button.primary.wide", { type: "submit", disabled: !channels.length }, t("agent.new_start")),
    h("button.wide", { type: "button", onclick: to("customers") }, t("agent.other_customer")),
  );
}

function numberStep(state) {
  const own = draft;
  const begin = (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    return start(state, { customer_id: form.get("customer"), channel: form.get("channel") });
  };
  return h(
    "form.sheet-form",
    { key: "number", onsubmit: begin },
    h("p.hint", null, t("agent.new_text")),
    h("label.field", null, h("span", null, t("agent.customer_id")), h("input", { name: "customer", type: "tel", value: own.number, oninput: (event) => (own.number = event.target.value), required: true, autocomplete: "off", pattern: "\\+[1-9][0-9]{7,14}", placeholder: "+34600111222", translate: "no" })),
    h("label.field", null, h("span", null, t("customer.channel")), h("select", { name: "channel" }, CHANNELS.map((name) => h("option", { value: name }, t(`channel.${name}`))))),
    h("button.primary.wide", { type: "submit" }, t("agent.new_start")),
    own.customers && h("button.wide", { type: "button", onclick: to("customers") }, t("agent.other_customer")),
  );
}
