internal import Synchronization

/// What the provider allows of one kind of call, where it has published a number.
struct CallRate: Hashable, Sendable {
    /// What the number is for: product, kind and object.
    let key: String
    let perSecond: Int
    let burst: Int
    /// What this call counts for.
    let cost: Int
}

/// The token buckets of one account: calls that would be refused with 429 wait here instead (rule G-11).
final class RateGate: Sendable {
    /// Buckets kept; beyond, those that are full are forgotten, and if none is, the call goes without waiting.
    static let bucketLimit = 10_000

    private let buckets = Mutex<[String: TokenBucket]>([:])

    /// Takes a call's place.
    ///
    /// - Parameters:
    ///   - rate: What the call counts for.
    ///   - now: The current moment.
    ///   - patience: The longest wait that makes sense.
    /// - Returns: How long to wait; nil: too long, and nothing was taken.
    func take(_ rate: CallRate, now: ContinuousClock.Instant, patience: Duration) -> Duration? {
        buckets.withLock { buckets in
            if buckets[rate.key] == nil, buckets.count >= Self.bucketLimit {
                buckets = buckets.filter { !$0.value.isFull(at: now) }
                guard buckets.count < Self.bucketLimit else { return .zero }
            }
            var bucket =
                buckets[rate.key] ?? TokenBucket(perSecond: rate.perSecond, burst: rate.burst, now: now)
            let wait = bucket.take(rate.cost, now: now, patience: patience)
            buckets[rate.key] = bucket
            return wait
        }
    }

    var count: Int { buckets.withLock { $0.count } }
}
