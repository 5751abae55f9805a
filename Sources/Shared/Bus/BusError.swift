public import Wire

/// Why the bus did not do what it was asked.
public enum BusError: Error, Equatable, Sendable {
    /// There is no session with the Broker, and the request was not sent: it certainly did not happen.
    case notConnected(lastError: String?)
    /// The Broker did not do it and may do it later.
    case refused(Failure)
    /// The Broker did not do it and never will: the request itself is at fault.
    case rejected(Failure)
    /// The service that was called answered with an error.
    case failed(Failure)
    /// The event's id is taken by other content, stored at `offset`.
    case conflict(offset: UInt64)
    /// A map entry was at revision `current` (0: there is no such entry); nothing was written.
    case revisionMismatch(current: UInt64)
    /// Too late: somebody else has the delivery; nothing was done.
    case fenced
    /// No server took the call before its deadline: it certainly did not run.
    case unavailable
    /// It was sent, and the answer was lost, too late or not waited for: it may have happened.
    case outcomeUnknown
    /// The time ran out before it could be sent, or before an answer to a reading request came.
    case timedOut
    /// The waiting task was cancelled before anything was sent: it certainly did not happen.
    case cancelled
    /// `limit` requests of this kind wait already; nothing was queued.
    case tooManyPending(limit: Int)
    /// The connection was shut down before it could be sent: it certainly did not happen.
    case closed
    /// The Broker's answer does not follow the protocol.
    case wire(WireError)

    /// Stable, for machines.
    public var code: String {
        switch self {
        case .notConnected: "bus.not_connected"
        case .refused(let failure), .rejected(let failure), .failed(let failure): failure.code
        case .conflict: "event.conflict"
        case .revisionMismatch: "map.revision_mismatch"
        case .fenced: "delivery.fenced"
        case .unavailable: "call.unavailable"
        case .outcomeUnknown: "bus.outcome_unknown"
        case .timedOut: "bus.timed_out"
        case .cancelled: "bus.cancelled"
        case .tooManyPending: "bus.too_many_pending"
        case .closed: "bus.closed"
        case .wire(let error): error.code
        }
    }

    /// Whether the same request may succeed later without anyone changing anything.
    ///
    /// True for ``outcomeUnknown`` too: publishing the same event again is safe because of its id, repeating a call is
    /// safe only if the service says so.
    public var isRetryable: Bool {
        switch self {
        case .notConnected, .refused, .unavailable, .outcomeUnknown, .timedOut, .tooManyPending: true
        case .failed(let failure): failure.retryable
        case .rejected, .conflict, .revisionMismatch, .fenced, .cancelled, .closed, .wire: false
        }
    }

    /// The error that a `failure` of the Broker means.
    init(_ failure: Failure) { self = failure.retryable ? .refused(failure) : .rejected(failure) }

    /// What the client itself finds wrong with a request, in the Broker's words.
    static func atFault(_ code: String, _ message: String) -> BusError {
        .rejected(Failure(code: code, message: message, retryable: false))
    }
}

extension BusError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notConnected(let lastError):
            "There is no session with the Broker\(lastError.map { " (\($0))" } ?? ""). Is patchbay-broker running?"
        case .refused(let failure): "The Broker refused for now: \(failure.message) [\(failure.code)]"
        case .rejected(let failure): "The Broker rejected the request: \(failure.message) [\(failure.code)]"
        case .failed(let failure): "The service answered with an error: \(failure.message) [\(failure.code)]"
        case .conflict(let offset):
            "The event's id is taken by other content at offset \(offset). Is the id derived from everything that matters?"
        case .revisionMismatch(let current):
            "The map entry is at revision \(current), not the expected one. Read it again and decide anew."
        case .fenced: "The delivery belongs to somebody else by now. Did the handler outlast ack_wait?"
        case .unavailable: "No server took the call before its deadline. Is the service running and ready?"
        case .outcomeUnknown: "The request was sent, but its outcome is unknown: it may have happened."
        case .timedOut: "The time ran out before the Broker answered. Is it overloaded or its disk slow?"
        case .cancelled: "The task was cancelled before the request was sent."
        case .tooManyPending(let limit): "\(limit) requests wait already. Is the Broker away or too slow?"
        case .closed: "The connection is shut down."
        case .wire(let error): error.description
        }
    }
}
