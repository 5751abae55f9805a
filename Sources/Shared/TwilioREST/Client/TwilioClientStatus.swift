/// How an account's calls stand, for metrics and for whoever decides about waiting.
public struct TwilioClientStatus: Hashable, Sendable {
    /// Requests that may be under way at the same time just now.
    public let limit: Int
    public let inFlight: Int
    /// Calls that wait for a place.
    public let waiting: Int
    public let circuit: CircuitState
    /// How long an open circuit still refuses, about; nil when it is closed.
    public let retryAfter: Duration?
}
