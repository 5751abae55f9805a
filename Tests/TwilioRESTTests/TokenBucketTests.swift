import Testing

@testable import TwilioREST

@Suite struct TokenBucketTests {
    let noon = ContinuousClock.now

    @Test("A full bucket lets a burst through; then one goes each interval, in the order of asking")
    func spreads() {
        var bucket = TokenBucket(perSecond: 20, burst: 3, now: noon)
        let waits = (0..<6).map { _ in bucket.take(now: noon, patience: .seconds(10)) }
        #expect(waits == [.zero, .zero, .zero, .milliseconds(50), .milliseconds(100), .milliseconds(150)])
        #expect(!bucket.isFull(at: noon))
        let later = noon.advanced(by: .seconds(1))
        #expect(bucket.isFull(at: later))
        #expect(bucket.take(now: later, patience: .zero) == .zero)
    }

    @Test("Who would have to wait for too long takes nothing")
    func patience() {
        var bucket = TokenBucket(perSecond: 1, burst: 1, now: noon)
        #expect(bucket.take(now: noon, patience: .zero) == .zero)
        #expect(bucket.take(now: noon, patience: .milliseconds(999)) == nil)
        #expect(bucket.take(now: noon, patience: .seconds(1)) == .seconds(1))
    }

    @Test("Over any time no more goes through than the rate and one burst allow")
    func bounded() {
        var bucket = TokenBucket(perSecond: 20, burst: 200, now: noon)
        var done = 0
        for step in 0..<2_000 {
            let now = noon.advanced(by: .milliseconds(5) * step)
            while bucket.take(now: now, patience: .zero) != nil { done += 1 }
        }
        #expect((399...400).contains(done), "10 s at 20 a second, and 200 at once")
    }

    @Test("Large items count for more, as the provider says")
    func costs() {
        #expect([0, 1_024, 1_025, 10_240, 16_384].map(SyncService.cost) == [1, 1, 2, 10, 10])
    }

    @Test("Each object has its own bucket; there are never more than the limit")
    func gate() {
        let gate = RateGate()
        func rate(_ key: Int) -> CallRate { CallRate(key: "\(key)", perSecond: 1, burst: 1, cost: 1) }
        #expect(gate.take(rate(1), now: noon, patience: .zero) == .zero)
        #expect(gate.take(rate(1), now: noon, patience: .zero) == nil)
        #expect(gate.take(rate(2), now: noon, patience: .zero) == .zero)
        for key in 3...RateGate.bucketLimit { _ = gate.take(rate(key), now: noon, patience: .zero) }
        #expect(gate.count == RateGate.bucketLimit)
        #expect(gate.take(rate(-1), now: noon, patience: .zero) == .zero, "rather 429 than no call")
        #expect(gate.count == RateGate.bucketLimit)
        #expect(gate.take(rate(-1), now: noon.advanced(by: .seconds(2)), patience: .zero) == .zero)
        #expect(gate.count == 1, "full ones are forgotten")
    }
}
