/// Why a request has no answer.
public struct TransportFailure: Error, Hashable, Sendable {
    /// What went wrong.
    public enum Kind: Hashable, Sendable {
        /// No connection: refused, no route, no such host, no TLS.
        case connect
        /// The time ran out.
        case deadline
        /// The connection broke.
        case connectionLost
        /// The answer is larger than this many bytes.
        case tooLarge(limitBytes: Int)
        /// The task was cancelled.
        case cancelled
        /// The answer is no HTTP.
        case malformed
        /// The request cannot be sent as it is.
        case invalid
    }

    public let kind: Kind
    /// Whether bytes of the request may have left; false means that it was certainly not processed.
    public let wasSent: Bool
    /// A few words for people, nothing personal.
    public let reason: String

    public init(_ kind: Kind, wasSent: Bool, reason: String) {
        self.kind = kind
        self.wasSent = wasSent
        self.reason = reason
    }

    var isCancellation: Bool { kind == .cancelled }
}
