import type { InPageDoor } from "./ccbridge-host.js";
import type { BridgeError } from "./ccbridge-types.js";

export type CIFState = "loading" | "connected" | "standalone";
export type CIFErrorKind = "absent" | "domain" | "timeout" | "unsupported" | "refused";

/** Why CIF did not do something. `reason` is the CRM's own text: for the agent's eyes, not for logs. */
export interface CIFError extends BridgeError {
  readonly kind: CIFErrorKind;
  readonly method: string;
  readonly reason: string;
  readonly number: number | null;
}

/** Keys of the provider record's custom parameters; see docs/dynamics.md. */
export interface CIFSettings {
  layout: "tab" | "session";
  sessionTemplate: string;
  tabTemplate: string;
  notificationTemplate: string;
  notify: boolean;
  defaultSession: "auto" | "always" | "never";
  maxSessions: number;
  closeTabs: boolean;
  region: string | null;
  searchEntities: ("contact" | "account" | "lead")[];
  presence: Record<string, string> | null;
  widthPx: number | null;
  analytics: boolean;
}

export type NoticeCode =
  | "absent" | "domain" | "environment" | "settings" | "events" | "event_failed" | "click_to_act" | "dial_refused" | "dial_failed"
  | "control_failed" | "open_failed" | "focus_failed" | "session_cap" | "session_waits" | "foreign_session" | "notify_full"
  | "notify_missing" | "notify_failed" | "presence_unknown" | "presence_refused";

export interface Notice {
  code: NoticeCode;
  /** In English, without anything about a person. */
  message: string;
  /** What the CRM or the server says, for the agent. */
  detail: string;
}

export interface CIFOptions {
  /** Exact origin of the CRM; without one there is nothing to speak with. */
  crmOrigin: string | null;
  onNotice?(notice: Notice): void;
  /** Whether a page is around; default: whether one is. */
  framed?: boolean;
  /** Limits in milliseconds: until the library is ready (15,000), and of one call (8,000). */
  readyMs?: number;
  callMs?: number;
  /** Where tabs are remembered across a reload; default: sessionStorage. */
  storage?: () => Storage | null;
}

export interface CIFAdapter {
  readonly state: CIFState;
  readonly settings: CIFSettings | null;
  /** Where a panel comes in: `connectHost({ local: door })`. */
  readonly door: InPageDoor;
  /** Settles once the CRM is there; stays open where it never is. */
  readonly ready: Promise<CIFAdapter>;
  on(name: "notice", listener: (notice: Notice) => void): () => void;
  on(name: "state", listener: (change: { state: CIFState }) => void): () => void;
  close(): void;
}

export function startCIF(options: CIFOptions): CIFAdapter;

/** The CRM's origin out of `origins`: named by `ucilib`, else the page around, else the only one there is; null for any other. */
export function crmOriginOf(options: { origins: string[]; search?: string; ancestor?: string | null; isAsked?: boolean }): string | null;
