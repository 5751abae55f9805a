/** Shapes of `ccbridge` v1 that both sides share. Times are Unix milliseconds (`…Ts`), durations milliseconds (`…Ms`). */

export type Channel = "voice" | "sms" | "chat" | "email" | "whatsapp" | "callback";
export type Direction = "inbound" | "outbound" | "internal";
export type InteractionEvent =
  | "offered" | "accepted" | "connected" | "wrapup" | "completed" | "missed" | "rejected" | "cancelled" | "transferred" | "updated";
export type ControlAction =
  | "accept" | "reject" | "hangup" | "hold" | "resume" | "mute" | "unmute" | "dtmf" | "transfer" | "conference" | "wrapup" | "complete";
export type Scalar = string | number | boolean | null;
export type ErrorCode =
  | "unsupported_version" | "origin_denied" | "not_ready" | "unknown_type" | "bad_schema" | "too_large" | "rate_limited" | "timeout"
  | "not_found" | "ambiguous" | "denied" | "conflict" | "duplicate" | "crm_unavailable" | "busy" | "offline" | "not_leader"
  | "invalid_number" | "internal";

/** Why a request failed. The message holds nothing secret and nothing about a person. */
export class BridgeError extends Error {
  constructor(code: ErrorCode, message: string, options?: { retryable?: boolean; retryAfterMs?: number });
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
}

export interface Agent { id: string; name: string }
export interface RecordReference { entity: string; id: string; label?: string; url?: string }
export interface Match {
  entity: string; id: string; label: string; detail?: string; url?: string;
  matchedOn: "phone_exact" | "phone_suffix" | "email" | "name" | "id";
  /** 0 to 1. */
  score: number;
}
export interface Target { kind: "agent" | "queue" | "number"; id: string }
export interface DispositionCode { code: string; label: string; requiresNotes: boolean }

export interface Interaction {
  interactionId: string;
  revision?: number;
  taskSid?: string;
  reservationSid?: string;
  channel: Channel;
  direction: Direction;
  state: string;
  from: string;
  to: string;
  queue?: { id: string; name: string } | null;
  customer: { name?: string; phone?: string; email?: string; identityVerified: boolean };
  record?: RecordReference;
  matches?: Match[];
  offeredTs?: number;
  offerExpiresTs?: number;
  acceptedTs?: number;
  connectedTs?: number;
  endedTs?: number;
  wrapupTs?: number;
  completedTs?: number;
  muted: boolean;
  held: boolean;
  call?: { state: string; reason?: string };
  transfer?: { target: Target; mode: "cold" | "warm"; state?: string };
  outcome?: string;
  endedBy?: "agent" | "customer" | "system";
  disposition?: { required: boolean; codes: DispositionCode[]; code?: string; notes?: string };
  logged?: { status: "queued" | "saved" | "failed"; activity?: { entity: string; id: string } };
  /** Only those that the server's configuration lets through. */
  attributes: Record<string, Scalar | Record<string, Scalar>>;
}

export interface ActivityLog {
  interactionId: string; channel: Channel; direction: Direction; from: string; to: string; agentId: string; record?: RecordReference;
  startedTs: number; endedTs: number; ringMs: number; talkMs: number; holdMs: number; wrapMs: number;
  outcome: "completed" | "no_answer" | "busy" | "failed" | "cancelled" | "missed" | "rejected" | "voicemail";
  dispositionCode?: string; notes?: string; recordingUrl?: string;
  transcript?: { ts: number; author: string; text: string }[];
  revision: number;
}

export interface Snapshot { agent: Agent | null; state: "signed_out" | "ready"; interactions: Interaction[] }

export interface DialRequest {
  /** As it was written; the server makes E.164 of it. */
  number: string;
  /** ISO 3166 alpha-2. */
  region?: string;
  extension?: string;
  autoPlace: boolean;
  record?: RecordReference;
  callerId?: string;
}
export interface DialResult {
  status: "placed" | "confirm" | "flex" | "refused";
  e164?: string;
  interactionId?: string;
  reason?: string;
  detail?: string;
  remedy?: string;
}
export interface MessageRequest { channel: "sms" | "whatsapp" | "chat"; to: string; body?: string; record?: RecordReference }
export interface MessageResult { status: "sent" | "opened" | "refused"; interactionId?: string; reason?: string; detail?: string }
export interface ControlRequest {
  interactionId: string; action: ControlAction; digits?: string; target?: Target; mode?: "cold" | "warm"; context?: Interaction["attributes"];
}
export interface ControlResult { interactionId: string; status: string; state?: string }
export interface Presence { presence: string; available: boolean; sinceTs?: number; source: "panel" | "crm" | "server" }
export interface ScreenPop {
  interactionId: string;
  trigger: "offered" | "accepted" | "selected" | "manual";
  record?: RecordReference;
  query?: { phone?: string; email?: string; name?: string };
  candidates?: Match[];
  /** For a new record. */
  defaults?: Record<string, Scalar>;
}
export interface ScreenPopResult {
  outcome: "opened" | "multiple" | "none" | "created" | "failed"; record?: RecordReference; matches?: Match[]; tabId?: string;
}
export interface CreateRecord { entity: string; defaults: Record<string, Scalar>; idempotencyKey: string }
export interface LogResult { status: "saved" | "queued" | "failed"; activity?: { entity: string; id: string }; etag?: string }
export interface PanelMode { mode: "min" | "dock" | "hide"; widthPx?: number; heightPx?: number }
export interface Tab { interactionId: string; tabId?: string; title?: string }
export interface Notification { token: string; title: string; body?: string; timeoutMs?: number }
export interface NotificationResult { action: "accept" | "reject" | "timeout"; reason?: string }
export interface DispositionOptions { queueId: string; codes: DispositionCode[]; required: boolean }
export interface AnalyticsEvent { name: string; interactionId?: string; valueMs?: number; attrs?: Record<string, Scalar> }
export interface LeaderChange { leader: boolean; holderPanelId?: string | null }
export interface Theme { mode: "light" | "dark" | "auto"; primary?: string }
export interface User { crmUserId: string; name: string }
export interface StateChange<State extends string> { state: State; code?: string }
