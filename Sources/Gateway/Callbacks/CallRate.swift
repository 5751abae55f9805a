/// Limits how often each of many may ask: a bucket of tokens for each, filled evenly.
///
/// Bounded: beyond ``maxKeys`` those whose buckets are full again are forgotten, which loses nothing; when none is, the
/// newcomer is refused.
struct CallRate: Sendable {
    static let maxKeys = 10_000

    private struct Bucket {
        var tokens: Double
        var at: ContinuousClock.Instant
    }

    private let perMinute: Double
    private var buckets: [String: Bucket] = [:]

    /// - Parameter perMinute: Requests in a minute; as many at once.
    init(perMinute: Int) { self.perMinute = Double(perMinute) }

    /// Takes one request of `key`, if it may ask now.
    mutating func take(_ key: String, now: ContinuousClock.Instant) -> Bool {
        if buckets[key] == nil, buckets.count >= Self.maxKeys {
            buckets = buckets.filter { filled($0.value, now) < perMinute }
            guard buckets.count < Self.maxKeys else { return false }
        }
        let tokens = buckets[key].map { filled($0, now) } ?? perMinute
        guard tokens >= 1 else { return false }
        buckets[key] = Bucket(tokens: tokens - 1, at: now)
        return true
    }

    private func filled(_ bucket: Bucket, _ now: ContinuousClock.Instant) -> Double {
        min(perMinute, bucket.tokens + (now - bucket.at) / .seconds(60) * perMinute)
    }
}
