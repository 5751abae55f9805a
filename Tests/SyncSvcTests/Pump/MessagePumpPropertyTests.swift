import Events
import Glibc
import TestSupport
import Testing

@testable import SyncSvc

/// Whatever fails in between, each message is copied once and in order.
@Suite struct MessagePumpPropertyTests {
    /// More by `PATCHBAY_SEEDS`; the first two thousand were run once.
    static let seeds = 0..<(getenv("PATCHBAY_SEEDS").flatMap { UInt64(String(cString: $0)) } ?? 60)

    static func simulate(_ seed: UInt64, _ change: (inout MessagePump.Limits) -> Void = { _ in }) throws -> String? {
        var limits = MessagePump.Limits()
        limits.batch = Int(seed % 4) + 1
        limits.list = Int(seed % 7) + 2
        change(&limits)
        var simulation = try PumpSimulation(seed: seed, limits: limits)
        simulation.run(steps: 300)
        return simulation.problem
    }

    @Test("Crashes, lost and late answers, superseded handlers, lost, doubled and reordered doorbells change nothing")
    func exactlyOnce() throws {
        for seed in Self.seeds {
            if let problem = try Self.simulate(seed) { Issue.record("seed \(seed): \(problem)") }
        }
    }

    @Test("Negative control: without the intent rule the model finds doubled messages")
    func withoutIntents() throws {
        let failures = try Self.seeds.prefix(20).compactMap { seed in
            try Self.simulate(seed) { $0.isIntentRuleOn = false }
        }
        #expect(failures.contains { $0.contains("twice") }, "\(failures.count) failures")
    }

    @Test("Negative control: without waiting for the write horizon the model finds doubled messages")
    func withoutHorizon() throws {
        let failures = try Self.seeds.prefix(20).compactMap { seed in
            try Self.simulate(seed) { $0.writeHorizon = .zero }
        }
        #expect(failures.contains { $0.contains("twice") }, "\(failures.count) failures")
    }
}
