/**
 * Every message on the port: who sends it, what it holds, what answers it.
 *
 * `from` is `panel`, `host` or `both`. `answer` makes it a request. `isTransient` messages are about the connection: they carry
 * the sender's last `seq` instead of a new one and are never sent again.
 */

import { clipped, fitting, flag, identifier, integer, list, moment, nullable, oneOf, optional, part, shape, text, fallback, duration, map, scalar } from "./schema.js";
import * as shapes from "./shapes.js";

const nothing = shape({});
const event = (from, data) => ({ from, data });
const request = (from, answer, data) => ({ from, answer, data });
const answer = (from, data) => ({ from, data, isAnswer: true });
const transient = (from, data) => ({ from, data, isTransient: true });
const one = shape({ interaction: shapes.interaction });
const reference = shape({ entity: identifier, id: identifier });
const query = shape({ phone: fitting(text(320)), email: fitting(text(320)), name: optional(clipped(200)) });
const panelMode = {
  mode: oneOf("min", "dock", "hide"), widthPx: optional(integer(0, 10_000)), heightPx: optional(integer(0, 10_000)),
};

const interactionEvents = Object.fromEntries(
  shapes.EVENTS.filter((name) => name !== "updated").map((name) => [`interaction.${name}`, event("panel", one)]),
);

export const MESSAGES = Object.freeze({
  ready: transient("panel", shape({
    agent: nullable(shapes.agent), state: oneOf("signed_out", "ready"), snapshot: optional(shapes.snapshot),
  })),
  ping: transient("both", shape({ n: integer(0, Number.MAX_SAFE_INTEGER) })),
  pong: transient("both", shape({ n: integer(0, Number.MAX_SAFE_INTEGER) })),
  unloading: transient("both", shape({ reason: fallback(text(100), "") })),
  error: transient("both", shape({
    code: identifier, message: fallback(text(500), ""), retryable: fallback(flag, false), retryAfterMs: optional(duration),
  })),
  "auth.changed": event("panel", shape({ signedIn: flag })),
  "snapshot.request": request("host", "state.snapshot", nothing),
  "state.snapshot": event("panel", shape({
    agent: nullable(shapes.agent), state: fallback(oneOf("signed_out", "ready"), "ready"), interactions: list(shapes.interaction, 50),
    lastSeq: optional(integer(0, Number.MAX_SAFE_INTEGER)),
  })),
  ...interactionEvents,
  "interaction.updated": event("panel", shape({ interactionId: identifier, changes: part(shapes.interactionFields) })),
  "interaction.selected": event("both", shape({ interactionId: nullable(identifier) })),
  "screenpop.request": request("panel", "screenpop.result", shape({
    interactionId: identifier, trigger: oneOf("offered", "accepted", "selected", "manual"), record: optional(shapes.record),
    query: optional(query), candidates: optional(shapes.matches), defaults: optional(shapes.defaults),
  })),
  "screenpop.result": answer("host", shape({
    outcome: oneOf("opened", "multiple", "none", "created", "failed"), record: optional(shapes.record),
    matches: fallback(shapes.matches, []), tabId: optional(identifier),
  })),
  "match.request": request("panel", "match.result", query),
  "match.result": answer("host", shape({ matches: shapes.matches, truncated: fallback(flag, false) })),
  "record.choose": event("both", shape({ interactionId: identifier, record: shapes.record })),
  "record.create": request("panel", "record.create.result", shape({
    entity: identifier, defaults: fallback(shapes.defaults, {}), idempotencyKey: identifier,
  })),
  "record.create.result": answer("host", shape({ record: shapes.record, duplicate: fallback(flag, false) })),
  "record.current": event("host", shape({ record: nullable(shapes.record), url: optional(text(2_000)) })),
  "dial.request": request("host", "dial.result", shape({
    number: text(64, 1), region: optional(text(2, 2)), extension: optional(text(20)), autoPlace: fallback(flag, true),
    record: optional(shapes.record), callerId: optional(text(64)),
  })),
  "dial.result": answer("panel", shape({
    status: oneOf("placed", "confirm", "flex", "refused"), e164: optional(text(64)), interactionId: optional(identifier),
    reason: optional(identifier), detail: optional(text(500)), remedy: optional(text(500)),
  })),
  "message.request": request("host", "message.result", shape({
    channel: oneOf("sms", "whatsapp", "chat"), to: text(320, 1), body: optional(text(4_000)), record: optional(shapes.record),
  })),
  "message.result": answer("panel", shape({
    status: oneOf("sent", "opened", "refused"), interactionId: optional(identifier), reason: optional(identifier), detail: optional(text(500)),
  })),
  "control.request": request("host", "control.result", shape({
    interactionId: identifier, action: oneOf(...shapes.ACTIONS), digits: optional(text(32, 1)), target: optional(shapes.target),
    mode: optional(oneOf("cold", "warm")), context: optional(shapes.attributes),
  })),
  "control.result": answer("panel", shape({ interactionId: identifier, status: fallback(identifier, "done"), state: optional(identifier) })),
  "log.save": request("panel", "log.result", shape({ log: shapes.activityLog, idempotencyKey: identifier })),
  "log.result": answer("host", shape({
    status: oneOf("saved", "queued", "failed"), activity: optional(reference), etag: optional(text(200)),
  })),
  "log.open": event("panel", shape({ activity: optional(reference), interactionId: optional(identifier) })),
  "disposition.options": event("both", shape({
    queueId: identifier, codes: list(shapes.code, 100), required: fallback(flag, false),
  })),
  "presence.set": request("host", "presence.changed", shape({ presence: identifier })),
  "presence.changed": event("both", shape({
    presence: identifier, available: flag, sinceTs: optional(moment), source: oneOf("panel", "crm", "server"),
  })),
  "panel.set": request("panel", "panel.changed", shape(panelMode)),
  "panel.changed": event("host", shape(panelMode)),
  "tab.open": request("panel", "tab.result", shape({ interactionId: identifier, tabId: optional(identifier), title: fallback(text(200), "") })),
  "tab.focus": request("panel", "tab.result", shape({ interactionId: identifier, tabId: optional(identifier), title: fallback(text(200), "") })),
  "tab.close": request("panel", "tab.result", shape({ interactionId: identifier, tabId: optional(identifier), title: fallback(text(200), "") })),
  "tab.result": answer("host", shape({ tabId: optional(identifier) })),
  "notify.show": request("panel", "notify.result", shape({
    token: identifier, title: text(200), body: fallback(text(1_000), ""), timeoutMs: fallback(duration, 0),
  })),
  "notify.result": answer("host", shape({ action: oneOf("accept", "reject", "timeout"), reason: optional(text(200)) })),
  "notify.cancel": event("panel", shape({ token: identifier })),
  "article.insert": event("host", shape({ title: text(300), link: text(2_000) })),
  "leader.changed": event("panel", shape({ leader: flag, holderPanelId: optional(nullable(identifier)) })),
  "analytics.event": event("panel", shape({
    name: identifier, interactionId: optional(identifier), valueMs: optional(duration), attrs: fallback(map(scalar, 30), {}),
  })),
});

const versions = list(integer(1, 1_000), 20);
const nonce = text(64, 16);
const capabilities = fallback(list(identifier, 50), []);
const sequence = integer(0, Number.MAX_SAFE_INTEGER);

/** What passes between the windows before there is a port, and nothing else. */
export const WINDOW_MESSAGES = Object.freeze({
  hello: shape({
    nonce, versions, panelId: identifier, capabilities, sid: optional(identifier), lastSeq: optional(sequence), isFresh: fallback(flag, true),
  }),
  welcome: shape({
    nonce, v: integer(1, 1_000), sid: identifier, resumeFrom: optional(sequence), seq: fallback(sequence, 0), capabilities,
    locale: optional(text(35)), theme: optional(shape({ mode: fallback(identifier, "auto"), primary: optional(text(64)) })),
    user: optional(shape({ crmUserId: identifier, name: fallback(text(200), "") })), defaultRegion: optional(text(2, 2)),
  }),
  reject: shape({ nonce: optional(nonce), code: identifier, versions: fallback(versions, []) }),
});
