/**
 * The CRM's side of the panel: what it does when the panel wants a record shown, and how a number is dialled.
 *
 * `/crm-panel.js` mounts the panel with these options and attaches it; without a Gateway there is none, and the page says so.
 */

import { api } from "../lib/api.js";
import { currentLanguage, t } from "../lib/i18n.js";
import { notify, redraw } from "../lib/shell.js";
import { crm, go, recordOf } from "./state.js";

let bridge = null;
let becomeReady = () => {};
/** The page's texts are there, and the panel may be mounted. */
export const pageIsReady = new Promise((resolve) => (becomeReady = resolve));
export const pageBecameReady = () => becomeReady();
/** How it stands with the panel: `waiting`, `away` (its script cannot be loaded), or the bridge's own state. */
let condition = "waiting";
/** Whether this tab is the one that rings and opens records. */
let isLeading = true;
/** Interactions that the panel has told of, by id. */
const interactions = new Map();

export const panelState = () => condition;

/** The interactions that are about this contact and not over. */
export const liveWith = (contact) => [...interactions.values()].filter((one) => one.record?.id === contact.id && !["completed", "missed", "rejected", "cancelled", "transferred"].includes(one.state));

export const panelOptions = {
  title: "Patchbay",
  onState: ({ state }) => changed(state),
  onScreenPop,
  onMatch: async ({ phone, email }) => {
    const { items, total } = await api.get("/crm/contacts", { project: crm.project, phone, email, limit: 20 });
    return { matches: items.map((one) => ({ ...recordOf(one), detail: one.company, matchedOn: one.matched_on ?? "id", score: 1 })), truncated: total > items.length };
  },
  onCreateRecord: async ({ defaults, idempotencyKey }) => {
    const made = await api.post("/crm/contacts", { project: crm.project, ...defaults, idempotency_key: idempotencyKey });
    return { record: recordOf(made), duplicate: made.duplicate };
  },
  onInteraction: ({ interaction }) => {
    interactions.set(interaction.interactionId, interaction);
    redraw();
  },
  onLeader: ({ leader }) => {
    isLeading = leader;
  },
  onSelected: ({ interactionId }) => {
    // Of several tabs one follows the agent's work; the others stay where somebody left them.
    if (!isLeading) return;
    const record = interactions.get(interactionId)?.record;
    if (record?.entity === "contact" && crm.contacts.has(record.id)) go("contact", record.id);
  },
};

/** Language and colours of this page, for the panel. */
export function panelLooks() {
  const chosen = document.documentElement.dataset.theme;
  return { locale: currentLanguage(), theme: { mode: chosen ?? "auto" } };
}

let isClaimed = false;

/** Whether the panel may be mounted now: once, however often its script was asked for. */
export function claimPanel() {
  if (isClaimed) return false;
  isClaimed = true;
  return true;
}

export function attachPanel(mounted) {
  bridge = mounted;
  changed(mounted.state ?? "connecting");
}

/** The panel's script could not be loaded. */
export function panelIsAway() {
  if (!bridge) changed("away");
}

function changed(state) {
  condition = state;
  redraw();
}

/** One record is opened, of several somebody chooses, for none a new one is begun with what is known. */
function onScreenPop({ interactionId, record, candidates = [], defaults = {}, query = {} }) {
  if (record) {
    crm.picking = null;
    crm.draft = null;
    if (!crm.contacts.has(record.id)) readContact(record.id);
    go("contact", record.id);
    return { outcome: "opened", record };
  }
  if (candidates.length > 1) {
    crm.draft = null;
    crm.picking = { interactionId, matches: candidates };
    redraw();
    return { outcome: "multiple", matches: candidates };
  }
  crm.picking = null;
  crm.draft = { interactionId, values: { name: query.name ?? "", phone: query.phone ?? "", email: query.email ?? "", ...defaults } };
  go("new");
  redraw();
  return { outcome: "none", matches: [] };
}

async function readContact(id) {
  try {
    const contact = await api.get(`/crm/contacts/${encodeURIComponent(id)}`, { project: crm.project });
    crm.contacts.set(contact.id, contact);
  } catch (error) {
    if (!("hint" in error)) throw error;
  }
  redraw();
}

/** The agent has said whose interaction it is: later logs use it. */
export async function choose(interactionId, contact) {
  if (!bridge || !interactionId) return;
  await bridge.chooseRecord(interactionId, recordOf(contact));
}

/** Tells the panel which record is open. */
export function nowOpen(contact) {
  bridge?.setCurrentRecord?.(contact ? recordOf(contact) : null, location.href);
}

/** Dials a number for a contact, and says what became of it. */
export async function dial(number, contact) {
  if (!bridge) return notify(t("crm.dial_no_panel"), { isError: true });
  let result;
  try {
    result = await bridge.dial(number, { region: contact?.country || undefined, record: contact ? recordOf(contact) : undefined });
  } catch (error) {
    return notify(t("crm.dial_failed"), { isError: true, detail: error.message });
  }
  if (result.status === "refused") {
    return notify(t("crm.dial_refused"), { isError: true, detail: [result.detail, result.remedy].filter(Boolean).join(" ") || result.reason });
  }
  return notify(t(result.status === "confirm" ? "crm.dial_confirm" : "crm.dial_placed", { number: result.e164 ?? number }));
}
