/// Decides whether a CRM is asked: not while it wants a pause, and seldom while it fails.
///
/// All requests of a process to one CRM go through one gate, so a pause that it asks for holds for the whole credential.
/// After ``failuresToClose`` failures in a row one request at a time is let through, each after a longer pause.
struct ConnectorGate: Sendable {
    static let failuresToClose = 5
    static let firstPause = Duration.seconds(1)
    static let longestPause = Duration.seconds(30)
    /// The longest that a CRM is obeyed which asks for a pause.
    static let longestAsked = Duration.seconds(3_600)
    /// The pause where it asks for one and does not say how long.
    static let unnamedPause = Duration.seconds(5)

    typealias Instant = ContinuousClock.Instant

    /// What is known of the CRM.
    enum State: String, Hashable, Sendable {
        /// Nothing was asked yet.
        case unknown
        case ok, away, denied
    }

    private(set) var state = State.unknown
    /// Why the last request failed; nil after a success.
    private(set) var lastError: CRMError?
    private var failures = 0
    private var pausedUntil: Instant?
    private var isProbing = false

    /// Whether a request may go now.
    ///
    /// - Returns: Nil when it may, else how long not.
    mutating func admit(at now: Instant) -> Duration? {
        if let pausedUntil, now < pausedUntil { return now.duration(to: pausedUntil) }
        guard failures >= Self.failuresToClose else { return nil }
        guard !isProbing else { return Self.firstPause }
        isProbing = true
        return nil
    }

    /// What became of a request that was let through; nil: it was answered, whatever the answer.
    mutating func record(_ error: CRMError?, at now: Instant) {
        isProbing = false
        switch error {
        case .unavailable(let cause, let asked):
            lastError = error
            state = .away
            failures += 1
            if cause == .throttled || asked != nil {
                pause(until: now + min(asked ?? Self.unnamedPause, Self.longestAsked))
            }
            if failures >= Self.failuresToClose {
                let doubled = Self.firstPause * (1 << min(failures - Self.failuresToClose, 5))
                pause(until: now + min(doubled, Self.longestPause))
            }
        case .denied, .missingPrivilege:
            lastError = error
            state = .denied
            failures = 0
        default:
            lastError = nil
            state = .ok
            failures = 0
            pausedUntil = nil
        }
    }

    /// A request that was given up by whoever asked says nothing about the CRM.
    mutating func forget() { isProbing = false }

    private mutating func pause(until instant: Instant) {
        pausedUntil = max(pausedUntil ?? instant, instant)
    }
}
