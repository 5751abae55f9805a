import type {
  ActivityLog, AnalyticsEvent, ControlRequest, ControlResult, CreateRecord, DialRequest, DialResult, DispositionOptions,
  Interaction, InteractionEvent, LeaderChange, LogResult, Match, MessageRequest, MessageResult, Notification, NotificationResult,
  PanelMode, Presence, RecordReference, ScreenPop, ScreenPopResult, Snapshot, StateChange, Tab, Theme, User,
} from "./ccbridge-types.js";
import { BridgeError } from "./ccbridge-types.js";

import type { InPageDoor } from "./ccbridge-host.js";

export { BridgeError };
export type * from "./ccbridge-types.js";
export { electLeader } from "./leader.js";

export type PanelState = "standalone" | "connecting" | "compatible" | "connected" | "lost" | "rejected" | "unreachable" | "closed";

export interface RequestMeta {
  /** The message's identifier, unique for one click: the nonce of POST /v1/dials. */
  id: string;
  origin: string;
  /** The page posted a bare number. */
  isCompatible: boolean;
}
export interface RequestHandlers {
  "dial.request"?(data: DialRequest, meta: RequestMeta): Promise<DialResult> | DialResult;
  "message.request"?(data: MessageRequest, meta: RequestMeta): Promise<MessageResult> | MessageResult;
  "control.request"?(data: ControlRequest, meta: RequestMeta): Promise<ControlResult> | ControlResult;
  "presence.set"?(data: { presence: string }, meta: RequestMeta): Promise<Presence> | Presence;
}

export interface Host {
  origin: string;
  user: User | null;
  locale: string | null;
  theme: Theme | null;
  defaultRegion: string | null;
  capabilities: string[];
}
export interface PanelEvents {
  state: StateChange<PanelState>;
  host: Host;
  "interaction.selected": { interactionId: string | null };
  "record.choose": { interactionId: string; record: RecordReference };
  "record.current": { record: RecordReference | null; url?: string };
  "article.insert": { title: string; link: string };
  "disposition.options": DispositionOptions;
  "panel.changed": PanelMode;
  "presence.changed": Presence;
  unloading: Record<string, never>;
  problem: BridgeError;
}

export interface ConnectOptions {
  /** Exact origins of pages that may hold the panel, and those of them that are unmodified pages of the samples. */
  origins: string[];
  compatibilityOrigins?: string[];
  panelId?: string;
  capabilities?: string[];
  /** What is so now: asked at each connection and each `refresh`. */
  snapshot?(): Snapshot;
  handlers?: RequestHandlers;
  /** Origin of the window around, where the caller knows it; null when nobody does. Default: what the browser says. */
  ancestor?: string | null;
  /** The window that may be spoken with. Default: the parent. */
  parent?: Window;
  /** A host in this document instead of a page around: see cif-adapter.js. Nothing else is listened to then. */
  local?: InPageDoor;
}

interface Limit { timeoutMs?: number }

export interface PanelBridge {
  readonly state: PanelState;
  readonly host: Host | null;
  on<Name extends keyof PanelEvents>(name: Name, listener: (value: PanelEvents[Name]) => void): () => void;
  /** Events: false when nobody could be told now. They do not throw: what is wrong with them is a `problem`. */
  interaction(event: InteractionEvent, interaction: Interaction): boolean;
  select(interactionId: string | null): boolean;
  openLog(data: { activity?: { entity: string; id: string }; interactionId?: string }): boolean;
  cancelNotify(token: string): boolean;
  auth(signedIn: boolean): boolean;
  leader(change: LeaderChange): boolean;
  presence(presence: Omit<Presence, "source"> & Partial<Presence>): boolean;
  dispositions(options: DispositionOptions): boolean;
  chooseRecord(interactionId: string, record: RecordReference): boolean;
  analytics(event: AnalyticsEvent): boolean;
  refresh(): boolean;
  /** Requests: rejected with a `BridgeError`. */
  screenPop(pop: ScreenPop, options?: Limit): Promise<ScreenPopResult & { matches: Match[] }>;
  match(query: { phone?: string; email?: string; name?: string }, options?: Limit): Promise<{ matches: Match[]; truncated: boolean }>;
  createRecord(request: CreateRecord, options?: Limit): Promise<{ record: RecordReference; duplicate: boolean }>;
  saveLog(log: ActivityLog, idempotencyKey: string, options?: Limit): Promise<LogResult>;
  setPanel(mode: PanelMode, options?: Limit): Promise<PanelMode>;
  tab(action: "open" | "focus" | "close", tab: Tab, options?: Limit): Promise<{ tabId?: string }>;
  notify(notification: Notification, options?: Limit): Promise<NotificationResult>;
  request(type: string, data: object, options?: Limit): Promise<unknown>;
  stats(): Record<string, number>;
  close(): void;
}

export function connectHost(options: ConnectOptions): PanelBridge;
