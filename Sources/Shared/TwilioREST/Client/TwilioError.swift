/// Why a call to the provider did not end well, and what that means for the other side.
///
/// ``code`` is for machines and never changes; ``description`` is for people and carries nothing personal.
public enum TwilioError: Error, Hashable, Sendable {
    /// The provider refused (4xx but 429, or a redirect): it was not done, and repeating the same call does not help.
    case rejected(TwilioProblem)
    /// 429 to the last attempt, or one whose `Retry-After` is over the cap: it was not done.
    case rateLimited(TwilioProblem, retryAfter: Duration?)
    /// 5xx to the last attempt of a call that only reads.
    case serverFailed(TwilioProblem)
    /// A call that only reads got no usable answer.
    case unanswered(reason: String)
    /// Nothing was sent: connection refused, no such host, no TLS, no connection in time.
    case unreachable(reason: String)
    /// A call that writes was sent, at least in part, and its answer is lost or says nothing certain.
    ///
    /// Probe before repeating it.
    case outcomeUnknown(reason: String, problem: TwilioProblem?)
    /// The account's circuit is open: nothing was sent.
    case circuitOpen(retryAfter: Duration)
    /// As many calls as `max_waiting` allows wait already: nothing was sent.
    case overloaded(limit: Int)
    /// The call's time ran out before anything was sent, or between attempts that were certainly not processed.
    case timedOut
    /// The task was cancelled before anything was sent, or while only reading.
    case cancelled
    /// A success (2xx) whose body does not read as documented: it *was* done.
    case unreadable(TwilioProblem, reason: String)
    /// A list has more pages or entries than the limit.
    case listLimit(limit: Int)
    /// A list's next link does not lead to the endpoint that was asked: it was not followed.
    case foreignLink
    /// The answer to a call that only reads is larger than the limit.
    case tooLarge(limitBytes: Int)
    /// The arguments cannot be sent: our bug or the caller's, found before anything was sent.
    case invalidRequest(reason: String)
}

extension TwilioError {
    /// Stable, for machines.
    public var code: String {
        switch self {
        case .rejected: "twilio.rejected"
        case .rateLimited: "twilio.rate_limited"
        case .serverFailed: "twilio.server_failed"
        case .unanswered: "twilio.unanswered"
        case .unreachable: "twilio.unreachable"
        case .outcomeUnknown: "twilio.outcome_unknown"
        case .circuitOpen: "twilio.circuit_open"
        case .overloaded: "twilio.overloaded"
        case .timedOut: "twilio.timed_out"
        case .cancelled: "twilio.cancelled"
        case .unreadable: "twilio.unreadable"
        case .listLimit: "twilio.list_limit"
        case .foreignLink: "twilio.foreign_link"
        case .tooLarge: "twilio.too_large"
        case .invalidRequest: "twilio.invalid_request"
        }
    }

    /// Whether the same call may succeed later without anyone changing anything.
    ///
    /// True for ``outcomeUnknown(reason:problem:)`` too: look first whether it has happened.
    public var isRetryable: Bool {
        switch self {
        case .rateLimited, .serverFailed, .unanswered, .unreachable, .outcomeUnknown, .circuitOpen, .overloaded,
            .timedOut:
            true
        case .rejected, .cancelled, .unreadable, .listLimit, .foreignLink, .tooLarge, .invalidRequest: false
        }
    }

    /// Whether the call may have changed something at the provider.
    public var mayHaveTakenEffect: Bool {
        switch self {
        case .outcomeUnknown, .unreadable: true
        case .rejected, .rateLimited, .serverFailed, .unanswered, .unreachable, .circuitOpen, .overloaded, .timedOut,
            .cancelled, .listLimit, .foreignLink, .tooLarge, .invalidRequest:
            false
        }
    }

    /// How long to wait before trying again, where the provider or the circuit says so.
    public var retryAfter: Duration? {
        switch self {
        case .rateLimited(_, let delay): delay
        case .circuitOpen(let delay): delay
        default: nil
        }
    }

    /// What the provider answered, if it did.
    public var problem: TwilioProblem? {
        switch self {
        case .rejected(let problem), .serverFailed(let problem), .rateLimited(let problem, _),
            .unreadable(let problem, _):
            problem
        case .outcomeUnknown(_, let problem): problem
        default: nil
        }
    }

    /// Whether the resource does not exist.
    public var isNotFound: Bool { isRejected(with: 404) }

    /// Whether something with this name or identity exists already.
    public var isConflict: Bool { isRejected(with: 409) }

    /// Whether somebody else has changed the resource since it was read (`If-Match`).
    public var isPreconditionFailed: Bool { isRejected(with: 412) }

    private func isRejected(with status: Int) -> Bool {
        guard case .rejected(let problem) = self else { return false }
        return problem.status == status
    }
}

extension TwilioError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .rejected(let problem): "The provider refused: \(problem)."
        case .rateLimited(let problem, let delay):
            "The provider has too many of our requests: \(problem)"
                + (delay.map { "; to be repeated after \($0)" } ?? "") + ". Is twilio.max_concurrency too high?"
        case .serverFailed(let problem): "The provider failed: \(problem)."
        case .unanswered(let reason): "The provider gave no usable answer (\(reason)); nothing was to be changed."
        case .unreachable(let reason):
            "The provider could not be reached (\(reason)); nothing was sent. Are network, DNS and twilio.base_url right?"
        case .outcomeUnknown(let reason, let problem):
            "The request was sent, but its outcome is unknown (\(reason)): it may have happened"
                + (problem.map { "; \($0)" } ?? "") + "."
        case .circuitOpen(let delay):
            "The account has failed too often in a row; nothing is sent for another \(delay) (twilio.breaker_open_ms)."
        case .overloaded(let limit):
            "\(limit) calls wait for this account already (twilio.max_waiting); nothing was sent."
        case .timedOut: "The time ran out before the request could be done (twilio.timeout_ms); it was not done."
        case .cancelled: "The task was cancelled; nothing was changed."
        case .unreadable(let problem, let reason): "The provider's answer does not read: \(reason); \(problem)."
        case .listLimit(let limit): "The list is longer than the limit of \(limit)."
        case .foreignLink:
            "The list's next link leads elsewhere than to the endpoint that was asked, so the credentials were not sent "
                + "there. Is twilio.base_url the address that the endpoint uses for itself?"
        case .tooLarge(let limit): "The answer exceeds the limit of \(limit) bytes."
        case .invalidRequest(let reason): "The request cannot be sent: \(reason)."
        }
    }
}
