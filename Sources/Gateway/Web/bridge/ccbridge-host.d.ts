import type {
  ActivityLog, Agent, AnalyticsEvent, ControlAction, ControlRequest, ControlResult, CreateRecord, DialRequest, DialResult,
  DispositionOptions, Interaction, InteractionEvent, LeaderChange, LogResult, Match, MessageRequest, MessageResult, Notification,
  NotificationResult, PanelMode, Presence, RecordReference, ScreenPop, ScreenPopResult, Snapshot, StateChange, Tab, Theme, User,
} from "./ccbridge-types.js";
import { BridgeError } from "./ccbridge-types.js";

export { BridgeError };
export type * from "./ccbridge-types.js";

type Maybe<Value> = Value | void | Promise<Value | void>;
export type HostState = "connecting" | "connected" | "lost" | "rejected" | "closed";

export interface HostEvents {
  state: StateChange<HostState>;
  auth: { signedIn: boolean };
  agent: Agent | null;
  /** Always the whole interaction, also for `updated`. */
  interaction: { event: InteractionEvent; interaction: Interaction };
  /** Everything as it is, at a connection and when something was missed. */
  snapshot: Snapshot;
  selected: { interactionId: string | null };
  recordChosen: { interactionId: string; record: RecordReference };
  presence: Presence;
  leader: LeaderChange;
  dispositions: DispositionOptions;
  analytics: AnalyticsEvent;
  logOpen: { activity?: { entity: string; id: string }; interactionId?: string };
  notifyCancel: { token: string };
  problem: BridgeError;
}

export interface MountOptions {
  /** Where the frame goes: an element, or a selector of one that is there. */
  element: Element | string;
  /** Exact origin of the panel: `https://host[:port]`; http on this machine only. */
  panel: string;
  /** Default `/panel/`. */
  path?: string;
  /** Title of the frame, for people who cannot see it. Default `Patchbay`. */
  title?: string;
  user?: User;
  theme?: Theme;
  /** BCP 47; default: the page's `lang`. */
  locale?: string;
  /** ISO 3166 alpha-2 of numbers without a country code, when `dial` names none. */
  defaultRegion?: string;
  /** Where the session's name survives a reload; `null` for nowhere. Default sessionStorage. */
  storage?: Storage | null;

  onScreenPop?(pop: ScreenPop): Maybe<ScreenPopResult>;
  onMatch?(query: { phone?: string; email?: string; name?: string }): Promise<{ matches: Match[]; truncated?: boolean }> | { matches: Match[]; truncated?: boolean };
  onCreateRecord?(request: CreateRecord): Promise<{ record: RecordReference; duplicate?: boolean }> | { record: RecordReference; duplicate?: boolean };
  onLog?(request: { log: ActivityLog; idempotencyKey: string }): Promise<LogResult> | LogResult;
  onPanelSet?(mode: PanelMode): Maybe<PanelMode>;
  onTab?(request: Tab & { action: "open" | "focus" | "close" }): Maybe<{ tabId?: string }>;
  onNotify?(notification: Notification): Promise<NotificationResult> | NotificationResult;

  onState?(change: HostEvents["state"]): void;
  onAuth?(change: HostEvents["auth"]): void;
  onAgent?(agent: HostEvents["agent"]): void;
  onInteraction?(change: HostEvents["interaction"]): void;
  onSnapshot?(snapshot: HostEvents["snapshot"]): void;
  onSelected?(change: HostEvents["selected"]): void;
  onRecordChosen?(choice: HostEvents["recordChosen"]): void;
  onPresence?(presence: HostEvents["presence"]): void;
  onLeader?(change: HostEvents["leader"]): void;
  onDispositions?(options: HostEvents["dispositions"]): void;
  onAnalytics?(event: HostEvents["analytics"]): void;
  onLogOpen?(request: HostEvents["logOpen"]): void;
  onNotifyCancel?(request: HostEvents["notifyCancel"]): void;
  onProblem?(error: HostEvents["problem"]): void;
}

export interface HostBridge {
  readonly state: HostState;
  readonly iframe: HTMLIFrameElement;
  readonly agent: Agent | null;
  readonly interactions: Interaction[];
  readonly capabilities: string[];
  readonly sid: string | null;
  /** Null until the panel has said so. */
  readonly leader: boolean | null;
  /** Fulfilled by the first connection. */
  readonly ready: Promise<HostBridge>;
  on<Name extends keyof HostEvents>(name: Name, listener: (value: HostEvents[Name]) => void): () => void;
  /** Requests are rejected with a `BridgeError`; made before the panel is there they wait, at most their time limit (10 s). */
  dial(number: string, options?: Partial<Omit<DialRequest, "number">> & { timeoutMs?: number }): Promise<DialResult>;
  message(request: MessageRequest): Promise<MessageResult>;
  control(interactionId: string, action: ControlAction, options?: Omit<ControlRequest, "interactionId" | "action">): Promise<ControlResult>;
  setPresence(presence: string): Promise<Presence>;
  snapshot(): Promise<Snapshot>;
  /** Events; throw a `BridgeError` when the protocol does not take their data. */
  select(interactionId: string | null): void;
  chooseRecord(interactionId: string, record: RecordReference): void;
  setCurrentRecord(record: RecordReference | null, url?: string): void;
  insertArticle(article: { title: string; link: string }): void;
  panelChanged(mode: PanelMode): void;
  /** How often something was dropped, refused or lost, by its reason. */
  stats(): Record<string, number>;
  destroy(): void;
}

export function mountPanel(options: MountOptions): HostBridge;

/** A way in within one document; nobody is let in before `unlock()`. */
export class InPageDoor {
  unlock(): void;
  refuse(code: string): void;
  close(): void;
}

/** A host in the panel's own document, for a CRM with an interface of its own; it has no frame. */
export function hostInPage(options: Omit<MountOptions, "element" | "panel">, door: InPageDoor): HostBridge;
