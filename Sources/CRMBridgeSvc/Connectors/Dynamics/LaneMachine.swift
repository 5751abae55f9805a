/// How many requests of a credential are under way, who waits, and whether the CRM wants a pause.
///
/// Dataverse counts per user: 52 at once, 6,000 requests and 1,200 s of work in five minutes. After a 429 nothing is sent until
/// its `Retry-After` is over, whoever asks: going on would lengthen the wait.
struct LaneMachine: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// The pause where none is named, and the longest that is obeyed.
    static let unnamedPause = Duration.seconds(5)
    static let longestPause = Duration.seconds(3_600)

    enum Answer: Hashable, Sendable {
        case go
        /// Until ``leave(asked:at:)`` names this request.
        case wait
        case refuse(CRMError)
    }

    let maxActive: Int
    let maxWaiting: Int
    private(set) var active = 0
    private var waiting: [Int] = []
    private var pausedUntil: Instant?

    init(maxActive: Int, maxWaiting: Int) {
        self.maxActive = maxActive
        self.maxWaiting = maxWaiting
    }

    mutating func enter(_ id: Int, at now: Instant) -> Answer {
        if let pause = pause(at: now) { return .refuse(.unavailable(.throttled, retryAfter: pause)) }
        if active < maxActive {
            active += 1
            return .go
        }
        guard waiting.count < maxWaiting else { return .refuse(.unavailable(.throttled)) }
        waiting.append(id)
        return .wait
    }

    /// A request has ended; `asked` is the pause of a 429.
    ///
    /// - Returns: Who goes on and how: one with `go`, or after a 429 all with a refusal.
    mutating func leave(throttled: Bool, asked: Duration?, at now: Instant) -> [(id: Int, answer: Answer)] {
        active -= 1
        if throttled {
            let until = now + min(asked ?? Self.unnamedPause, Self.longestPause)
            pausedUntil = max(pausedUntil ?? until, until)
        }
        if let pause = pause(at: now) {
            defer { waiting = [] }
            return waiting.map { ($0, .refuse(.unavailable(.throttled, retryAfter: pause))) }
        }
        guard !waiting.isEmpty, active < maxActive else { return [] }
        active += 1
        return [(waiting.removeFirst(), .go)]
    }

    /// One that waits has gone.
    ///
    /// - Returns: Whether it still waited.
    mutating func forget(_ id: Int) -> Bool {
        guard let index = waiting.firstIndex(of: id) else { return false }
        waiting.remove(at: index)
        return true
    }

    private func pause(at now: Instant) -> Duration? {
        guard let pausedUntil, now < pausedUntil else { return nil }
        return now.duration(to: pausedUntil)
    }
}
