/// How long one connection has been in which part of a request: decides when it has taken too long.
///
/// A pure machine; the handlers around it tell it what happens. A piece of a head that comes in one packet with the end
/// of the request before cannot be told from nothing, and has the time of an idle connection.
struct RequestClock {
    struct Limits: Sendable {
        let header: Duration
        let body: Duration
        let idle: Duration
        /// After an answer that ends the connection: how long the rest of the request is still read and dropped, so
        /// that the answer arrives before the connection is reset.
        var linger = Duration.seconds(1)
    }

    enum Phase: Hashable, Sendable {
        case idle, head, body, answering, closing
    }

    enum Verdict: Hashable, Sendable {
        case fine
        /// Nothing was sent on this connection yet, or it waits between requests: nobody needs an answer.
        case close
        /// A request was begun and not finished: answer 408 and close.
        case timeOut
    }

    private let limits: Limits
    private(set) var phase = Phase.head
    private var since: ContinuousClock.Instant
    /// Whether anything has come since the connection, or the last request, began.
    private var hasBytes = false

    /// A connection that has just been opened: its first head is awaited.
    init(limits: Limits, now: ContinuousClock.Instant) {
        self.limits = limits
        since = now
    }

    mutating func bytesArrived(now: ContinuousClock.Instant) {
        hasBytes = true
        if phase == .idle { enter(.head, now) }
    }

    mutating func headArrived(now: ContinuousClock.Instant) {
        if phase == .idle || phase == .head { enter(.body, now) }
    }

    /// The request is whole; `isAnswered` when its answer was out before.
    mutating func endArrived(isAnswered: Bool, now: ContinuousClock.Instant) {
        hasBytes = false
        if phase == .body { enter(isAnswered ? .idle : .answering, now) }
    }

    /// An answer is out.
    ///
    /// - Parameters:
    ///   - isReceiving: Whether the newest request is still coming.
    ///   - unanswered: How many requests wait for an answer, the newest included.
    ///   - now: The moment.
    mutating func answered(isReceiving: Bool, unanswered: Int, now: ContinuousClock.Instant) {
        guard phase != .closing else { return }
        if isReceiving {
            // Where it was the newest that was answered, early, its body's time goes on.
            if unanswered > 0 { enter(.body, now) }
        } else if unanswered > 0 {
            enter(.answering, now)
        } else {
            // Part of the next head may have come while the answer was made.
            enter(hasBytes ? .head : .idle, now)
        }
    }

    mutating func closing(now: ContinuousClock.Instant) {
        enter(.closing, now)
    }

    func verdict(now: ContinuousClock.Instant) -> Verdict {
        let spent = now - since
        return switch phase {
        case .idle: spent < limits.idle ? .fine : .close
        case .head: spent < limits.header ? .fine : hasBytes ? .timeOut : .close
        case .body: spent < limits.body ? .fine : .timeOut
        case .answering: .fine
        case .closing: spent < limits.linger ? .fine : .close
        }
    }

    private mutating func enter(_ phase: Phase, _ now: ContinuousClock.Instant) {
        self.phase = phase
        since = now
    }
}
