/** What an agent asks of the server, and how its refusals are told. */

import { newID } from "./identity.js";

const path = (id, rest = "") => `/v1/agent/interactions/${encodeURIComponent(id)}${rest}`;
/** Messages of one page of a conversation. */
const PAGE = 50;

export class Commands {
  constructor(api) {
    this.api = api;
  }

  act = (id, action, more = {}) => this.api.post(path(id, "/actions"), { action, ...more, requestId: more.requestId ?? newID() });
  activity = (name) => this.api.put("/v1/agent/activity", { activity: name });
  messages = (id, before) => this.api.get(path(id, "/messages"), { before, limit: PAGE });
  send = (id, body, requestId) => this.api.post(path(id, "/messages"), { body, requestId });
  wrapup = (id, { code, notes }, complete) => this.api.put(path(id, "/wrapup"), { dispositionCode: code || null, notes, complete });
  record = (id, record) => this.api.put(path(id, "/record"), { record });
  select = (interactionId) => this.api.put("/v1/agent/selection", { interactionId });
  pop = (id) => this.api.post(path(id, "/pop"), {});
  popped = (popId, result) => this.api.post(`/v1/agent/pops/${encodeURIComponent(popId)}`, result);
  targets = (q, signal) => this.api.get("/v1/agent/targets", { q }, { signal });
  dial = (request) => this.api.post("/v1/dials", request);
  contacts = (query, signal) => this.api.get("/v1/crm/contacts", query, { signal });
  create = (defaults, idempotencyKey) => this.api.post("/v1/crm/contacts", { defaults, idempotencyKey });
}

/** An error as the state keeps it: its stable code, what the server says, what to do. */
export const plain = (error) => ({ code: error.code || `http_${error.status}`, status: error.status, detail: error.message, hint: error.hint });
