/// Spreads what may be done to one thing: so many a second, and a number at once after a pause.
///
/// It hands out times instead of tokens: who asks is told how long to wait, and the place is his.
struct TokenBucket: Hashable, Sendable {
    /// What one token takes.
    let interval: Duration
    /// Tokens that a full bucket has.
    let burst: Int
    /// When the bucket will be full again, if nobody asks any more.
    private var full: ContinuousClock.Instant

    /// A full bucket.
    init(perSecond: Int, burst: Int, now: ContinuousClock.Instant) {
        interval = .seconds(1) / perSecond
        self.burst = burst
        full = now
    }

    /// Whether nothing of it is used, so that a new one is the same.
    func isFull(at now: ContinuousClock.Instant) -> Bool { full <= now }

    /// Takes tokens.
    ///
    /// - Parameters:
    ///   - cost: How many, at most ``burst``.
    ///   - now: The current moment.
    ///   - patience: The longest wait that makes sense.
    /// - Returns: How long to wait before it is done; nil: longer than `patience`, and nothing was taken.
    mutating func take(_ cost: Int = 1, now: ContinuousClock.Instant, patience: Duration) -> Duration? {
        let used = max(full, now).advanced(by: interval * min(max(cost, 1), burst))
        let wait = max(.zero, now.duration(to: used) - interval * burst)
        guard wait <= patience else { return nil }
        full = used
        return wait
    }
}
