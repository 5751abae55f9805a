/// Who of one account's calls may send now, who waits, who is refused: concurrency, circuit and queue in one.
///
/// Waiting calls are served in the order they came. When the circuit opens, all of them are refused at once: their callers
/// know better what to do meanwhile.
struct AccountMachine: Sendable {
    /// Allows one request; to be given back once.
    struct Permit: Hashable, Sendable {
        let number: UInt64
        let ticket: UInt64
    }

    /// What a call is told that wants to send.
    enum Answer: Hashable, Sendable {
        case go(Permit)
        /// It is in the queue under this number.
        case wait(UInt64)
        case circuitOpen(retryAfter: Duration)
        case overloaded(limit: Int)
    }

    /// What waiting calls are to be told.
    enum Grant: Hashable, Sendable {
        case go(UInt64, Permit)
        case circuitOpen(UInt64, retryAfter: Duration)
    }

    private(set) var concurrency: AdaptiveConcurrency
    private(set) var breaker: CircuitBreaker
    let maxWaiting: Int
    private var waiting: Set<UInt64> = []
    /// The numbers of the queue; those in between that are not in `waiting` have left it.
    private var head: UInt64 = 0
    private var tail: UInt64 = 0

    init(_ configuration: TwilioConfiguration) {
        concurrency = AdaptiveConcurrency(ceiling: configuration.maxConcurrency)
        breaker = CircuitBreaker(failures: configuration.breakerFailures, openFor: configuration.breakerOpen)
        maxWaiting = configuration.maxWaiting
    }

    /// How many wait.
    var waitingCount: Int { waiting.count }

    /// Asks for a permit.
    ///
    /// - Parameter now: The time.
    /// - Returns: A permit, a place in the queue, or why not.
    mutating func ask(now: ContinuousClock.Instant) -> Answer {
        if waiting.isEmpty, concurrency.hasRoom {
            switch breaker.admit(now: now) {
            case .admitted(let ticket): return .go(Permit(number: concurrency.begin(), ticket: ticket))
            case .refused(let delay): return .circuitOpen(retryAfter: delay)
            }
        }
        if breaker.state != .closed, let delay = breaker.remaining(now: now), delay > .zero {
            return .circuitOpen(retryAfter: delay)
        }
        guard waiting.count < maxWaiting else { return .overloaded(limit: maxWaiting) }
        let number = tail
        tail += 1
        waiting.insert(number)
        return .wait(number)
    }

    /// Takes a call out of the queue whose time is over or that was cancelled.
    ///
    /// - Parameter number: Its place.
    /// - Returns: False when it has left the queue already: it has been told something else.
    mutating func leave(_ number: UInt64) -> Bool {
        waiting.remove(number) != nil
    }

    /// Ends a request and sees who is next.
    ///
    /// - Parameters:
    ///   - permit: What it had.
    ///   - feedback: What it told about the limit.
    ///   - verdict: What it told about the account.
    ///   - now: The time.
    /// - Returns: What to tell waiting calls, in this order.
    mutating func end(
        _ permit: Permit, _ feedback: AdaptiveConcurrency.Feedback, _ verdict: CircuitBreaker.Verdict,
        now: ContinuousClock.Instant
    ) -> [Grant] {
        concurrency.end(permit.number, feedback)
        breaker.record(permit.ticket, verdict, now: now)
        var grants: [Grant] = []
        while !waiting.isEmpty, concurrency.hasRoom || breaker.state != .closed {
            guard waiting.remove(head) != nil else {
                head += 1
                continue
            }
            switch breaker.admit(now: now) {
            case .admitted(let ticket):
                grants.append(.go(head, Permit(number: concurrency.begin(), ticket: ticket)))
            case .refused(let delay): grants.append(.circuitOpen(head, retryAfter: delay))
            }
            head += 1
        }
        if waiting.isEmpty { head = tail }
        return grants
    }
}
