/// Decides when an issuer's keys are fetched: at first, when they are old, and when a token names one that is not there.
///
/// A forged token may name any key, so fetches have a distance; between them the keys that are there decide.
struct KeyRefresh: Sendable {
    /// Between two fetches at least, however they went.
    static let minDistance = Duration.seconds(10)
    /// Keys that could not be fetched anew for this long count no more.
    static let maxAge = Duration.seconds(86_400)

    /// Keys are fetched anew after this long.
    let lifetime: Duration
    private var lastAttempt: ContinuousClock.Instant?
    private var lastSuccess: ContinuousClock.Instant?

    init(lifetime: Duration) { self.lifetime = lifetime }

    /// Whether to fetch now.
    ///
    /// - Parameters:
    ///   - isKnown: Whether the keys that are there could check the token.
    ///   - now: The moment.
    /// - Returns: Whether it is time.
    func isDue(isKnown: Bool, now: ContinuousClock.Instant) -> Bool {
        if let lastAttempt, now - lastAttempt < Self.minDistance { return false }
        guard let lastSuccess else { return true }
        return !isKnown || now - lastSuccess >= lifetime
    }

    /// Whether the keys that are there may still be used.
    func mayUse(now: ContinuousClock.Instant) -> Bool {
        guard let lastSuccess else { return false }
        return now - lastSuccess < Self.maxAge
    }

    mutating func began(now: ContinuousClock.Instant) { lastAttempt = now }

    mutating func succeeded(now: ContinuousClock.Instant) { lastSuccess = now }
}
