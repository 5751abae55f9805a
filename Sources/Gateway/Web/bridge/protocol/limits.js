/** Names and limits of `ccbridge`. Both sides hold them; a test compares them with docs/integration.md. */

/** First field of every message: whatever lacks it is some other library's. */
export const NAMESPACE = "ccbridge";
/** Versions that this code speaks, the best one first. */
export const VERSIONS = Object.freeze([1]);

export const LIMITS = Object.freeze({
  /** A panel that is not connected knocks this often, in milliseconds, … */
  helloEveryMs: 250,
  /** … for this long. */
  helloForMs: 30_000,
  /** A host answers so many knocks with different nonces in ten seconds. */
  hellosPerTenSeconds: 20,
  pingEveryMs: 5_000,
  /** Without any message for this long the other side counts as lost. */
  silenceMs: 15_000,
  /** How long a request waits for its answer, unless its sender says otherwise; and at most. */
  requestMs: 10_000,
  requestAtMostMs: 120_000,
  /** One message, as JSON in UTF-8. */
  messageBytes: 65_536,
  messageDepth: 12,
  messageValues: 4_096,
  /** Messages a second that either side sends and takes over time; a sender saves up one second, a receiver two. */
  messagesPerSecond: 50,
  /** Messages that wait because of the rate, and requests that wait for a connection. */
  waiting: 200,
  /** What is kept for a side that was away. */
  ringMessages: 500,
  ringMs: 600_000,
  /** More than this is not sent again: a snapshot is shorter. */
  replayAtMost: 50,
  seenIDs: 1_000,
  /** A number further ahead than this is nobody's next one: it would make all that follow look old. */
  sequenceJump: 10_000,
  /** Requests of the other side that are being worked on at the same time. */
  openRequests: 32,
});
