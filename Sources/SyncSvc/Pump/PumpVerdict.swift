import Bus
import Events
import TwilioREST

/// What an error means for the event that met it.
///
/// A side that is away is waited for; what may work later is tried again; what the provider will never do goes to the
/// dead letters with the provider's error.
struct PumpVerdict: Hashable, Sendable {
    /// For an account that refuses our credentials: an operator has to do something.
    static let credentialPause: Duration = .seconds(30)

    let outcome: PumpOutcome
    /// Code, HTTP status, the provider's code and request id.
    let reason: String

    /// Judges any error; `side` is the one that was spoken to, and `isAway` whether its circuit is open now.
    init(_ error: any Error, side: Side, isAway: Bool = false) {
        switch error {
        case let error as TwilioError: self.init(error, side: side, isAway: isAway)
        case let error as BusError:
            // Where somebody else has written the record, look at it anew, at once.
            let isOutdated = if case .revisionMismatch = error { true } else { false }
            self.init(.again(after: isOutdated ? .milliseconds(1) : nil, reason: error.code), error.code)
        case let error as PairRecordError:
            let reason = "\(error.code): \(error.member)"
            self.init(.giveUp(reason: reason), reason)
        case let error as EventError: self.init(.giveUp(reason: error.code), error.code)
        default:
            let reason = "sync.failed: \(type(of: error))"
            self.init(.again(after: nil, reason: reason), reason)
        }
    }

    private init(_ outcome: PumpOutcome, _ reason: String) {
        self.outcome = outcome
        self.reason = reason
    }

    /// Judges what a client of ours said of `side`.
    ///
    /// Where the circuit is open after a failure, the side is away, although this request was let through: it was the
    /// probe, or the last of those that opened it. Tried again later it would be the probe once more, and its attempts would
    /// run out.
    init(_ error: TwilioError, side: Side, isAway: Bool = false) {
        var words = [error.code, side.rawValue]
        if let problem = error.problem {
            words.append("status=\(problem.status)")
            if let code = problem.code { words.append("code=\(code)") }
            if let request = problem.requestID { words.append("request=\(request)") }
        }
        reason = words.joined(separator: " ")
        switch error {
        case .circuitOpen: outcome = .wait(for: side, reason: reason)
        case .rejected(let problem) where [401, 403].contains(problem.status):
            outcome = .again(after: Self.credentialPause, reason: reason)
        case .rejected, .listLimit, .foreignLink, .tooLarge, .invalidRequest: outcome = .giveUp(reason: reason)
        // A server that fails at this very request would otherwise hold its event for ever.
        case .serverFailed(let problem) where problem.status == 500:
            outcome = .again(after: error.retryAfter, reason: reason)
        case .serverFailed, .unanswered, .unreachable, .outcomeUnknown, .timedOut:
            outcome = isAway ? .wait(for: side, reason: reason) : .again(after: error.retryAfter, reason: reason)
        case .rateLimited, .overloaded, .cancelled, .unreadable:
            outcome = .again(after: error.retryAfter, reason: reason)
        }
    }
}
