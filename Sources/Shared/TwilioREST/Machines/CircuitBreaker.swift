/// Stops asking an account that does not answer, and asks again with one request at a time.
///
/// Failures are: no connection, 5xx, no answer in time. A 429 and any other 4xx are answers, not failures.
/// Requests that began before the last change of state are not heard any more.
struct CircuitBreaker: Hashable, Sendable {
    let failures: Int
    let openFor: Duration
    private(set) var state = CircuitState.closed
    private var inARow = 0
    private var generation: UInt64 = 0
    private var until: ContinuousClock.Instant?

    init(failures: Int, openFor: Duration) {
        self.failures = failures
        self.openFor = openFor
    }

    /// The answer to a request that wants to begin.
    enum Admission: Hashable, Sendable {
        /// It may, and says `ticket` when it ends.
        case admitted(ticket: UInt64)
        /// It may not for about this long.
        case refused(for: Duration)
    }

    /// What came of a request.
    enum Verdict: Hashable, Sendable {
        case answered
        case failed
        /// It was given up before that could be known.
        case unknown
    }

    /// Lets a request through, or not; the first one after the pause is the probe.
    ///
    /// - Parameter now: The time.
    /// - Returns: Whether it may begin.
    mutating func admit(now: ContinuousClock.Instant) -> Admission {
        switch state {
        case .closed: return .admitted(ticket: generation)
        case .halfOpen: return .refused(for: openFor)
        case .open:
            if let until, now < until { return .refused(for: until - now) }
            change(to: .halfOpen)
            return .admitted(ticket: generation)
        }
    }

    /// Takes what came of a request.
    ///
    /// - Parameters:
    ///   - ticket: What ``admit(now:)`` gave.
    ///   - verdict: What came of it.
    ///   - now: The time.
    mutating func record(_ ticket: UInt64, _ verdict: Verdict, now: ContinuousClock.Instant) {
        guard ticket == generation else { return }
        switch (state, verdict) {
        case (.closed, .answered): inARow = 0
        case (.closed, .failed):
            inARow += 1
            if inARow >= failures { open(until: now + openFor) }
        case (.halfOpen, .answered): change(to: .closed)
        case (.halfOpen, .failed): open(until: now + openFor)
        // The probe was given up: the next one may be a probe at once.
        case (.halfOpen, .unknown): open(until: now)
        case (.closed, .unknown), (.open, _): break
        }
    }

    /// How long it refuses everything yet; nil when it does not.
    ///
    /// - Parameter now: The time.
    /// - Returns: At least zero.
    func remaining(now: ContinuousClock.Instant) -> Duration? {
        switch state {
        case .closed: nil
        case .halfOpen: openFor
        case .open: until.map { max(.zero, $0 - now) }
        }
    }

    private mutating func open(until: ContinuousClock.Instant) {
        change(to: .open)
        self.until = until
    }

    private mutating func change(to state: CircuitState) {
        self.state = state
        generation += 1
        inARow = 0
        until = nil
    }
}
