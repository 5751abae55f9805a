/// How long to pause between attempts: exponential with full jitter, `Retry-After` heeded (twilio.md §2).
struct RetryPolicy: Hashable, Sendable {
    let maxAttempts: Int
    let base: Duration
    let cap: Duration
    let retryAfterCap: Duration

    init(_ configuration: TwilioConfiguration) {
        maxAttempts = configuration.maxAttempts
        base = configuration.backoffBase
        cap = configuration.backoffCap
        retryAfterCap = configuration.retryAfterCap
    }

    /// The pause after an attempt.
    ///
    /// - Parameters:
    ///   - attempt: Which attempt has failed, from 1.
    ///   - retryAfter: What the provider asked for.
    ///   - random: In 0..<1.
    /// - Returns: The pause, never shorter than `retryAfter`; nil when there is to be no other attempt, because it was the
    ///   last or the provider asks for more patience than the cap.
    func pause(after attempt: Int, retryAfter: Duration?, random: Double) -> Duration? {
        guard attempt < maxAttempts else { return nil }
        if let retryAfter, retryAfter > retryAfterCap { return nil }
        // Jitter goes on top of Retry-After too: everybody was told the same second.
        return (retryAfter ?? .zero) + ceiling(after: attempt) * random
    }

    /// The upper end of the jitter after an attempt.
    func ceiling(after attempt: Int) -> Duration {
        let doublings = min(attempt - 1, 30)
        return min(cap, base * (1 << doublings))
    }
}
