export type LeaderState = "waiting" | "leader" | "absent";

export interface Election {
  /** `absent`: no locks here, the lease at the server alone decides. */
  readonly state: LeaderState;
  release(): void;
}

export function electLeader(options?: {
  name?: string;
  onChange?(change: { state: LeaderState }): void;
  locks?: LockManager | null;
}): Election;
