import TestSupport
import Testing

@testable import TwilioREST

@Suite("Pauses between attempts")
struct RetryPolicyTests {
    private var policy: RetryPolicy {
        var configuration = TwilioConfiguration()
        configuration.maxAttempts = 6
        configuration.backoffBase = .milliseconds(100)
        configuration.backoffCap = .milliseconds(1_000)
        configuration.retryAfterCap = .seconds(3)
        return RetryPolicy(configuration)
    }

    @Test("The upper end doubles up to the cap")
    func doubles() {
        let ends = (1...5).map { policy.ceiling(after: $0) }
        #expect(ends == [.milliseconds(100), .milliseconds(200), .milliseconds(400), .milliseconds(800), .seconds(1)])
        #expect(policy.ceiling(after: 1_000) == .seconds(1))
    }

    @Test("A pause lies anywhere between nothing and the upper end", arguments: 0..<4)
    func jitter(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for attempt in 1...5 {
            let unit = Double.random(in: 0..<1, using: &random)
            let pause = policy.pause(after: attempt, retryAfter: nil, random: unit)
            #expect(pause == policy.ceiling(after: attempt) * unit, "seed \(seed)")
        }
        #expect(policy.pause(after: 1, retryAfter: nil, random: 0) == .zero)
    }

    @Test("Retry-After is the least, and one over the cap ends the attempts")
    func retryAfter() throws {
        #expect(policy.pause(after: 1, retryAfter: .seconds(2), random: 0) == .seconds(2))
        #expect(policy.pause(after: 1, retryAfter: .seconds(2), random: 0.5) == .milliseconds(2_050))
        #expect(policy.pause(after: 1, retryAfter: .seconds(3), random: 0) == .seconds(3))
        #expect(policy.pause(after: 1, retryAfter: .milliseconds(3_001), random: 0) == nil)
    }

    @Test("The last attempt is the last")
    func last() {
        #expect(policy.pause(after: 5, retryAfter: nil, random: 0) != nil)
        #expect(policy.pause(after: 6, retryAfter: nil, random: 0) == nil)
    }
}
