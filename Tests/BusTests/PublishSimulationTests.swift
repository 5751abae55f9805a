import TestSupport
import Testing
import Wire

@testable import Bus

/// A Broker's side of publishing, as docs/protocol.md describes it, with faults from a seed.
private struct PublishModel {
    private(set) var log: [String] = []
    private var offsets: [String: UInt64] = [:]
    private var expected: UInt64 = 1
    private var isPaused = false
    var outOfStep = false

    mutating func reconnect() {
        expected = 1
        isPaused = false
    }

    mutating func resume(_ sequence: UInt64) {
        expected = sequence
        isPaused = false
    }

    mutating func publish(_ sequence: UInt64, _ ids: [String], _ random: inout SeededGenerator) -> [PublishRun] {
        var runs: [PublishRun] = []
        if !isPaused, sequence != expected { outOfStep = true }
        for id in ids {
            if !isPaused, random.oneIn(40) { isPaused = true }
            if isPaused {
                runs.append(PublishRun(status: .refused, count: 1, offset: 0, reason: "journal.full: no room"))
            } else if let offset = offsets[id] {
                runs.append(PublishRun(status: .duplicate, count: 1, offset: offset))
                expected += 1
            } else {
                offsets[id] = UInt64(log.count)
                runs.append(PublishRun(status: .accepted, count: 1, offset: UInt64(log.count)))
                log.append(id)
                expected += 1
            }
        }
        return runs
    }
}

@Suite struct PublishSimulationTests {
    typealias Machine = PublishMachine<Int>

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `across disconnects and refusals every event is stored once, in order, and answered once`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var machine = Machine(
            maxPending: 10_000, timeout: nil, policy: .resend, gatheringEvents: Int.random(in: 0...20, using: &random))
        var model = PublishModel()
        var answers: [(UInt64, [PublishRun])] = []
        var outcomes: [Int: PublishOutcome] = [:]
        var doubled = 0
        var next = 0
        var now: UInt64 = 0
        var isConnected = false
        let total = 2_000

        func take(_ completions: [Machine.Completion]) {
            for completion in completions
            where outcomes.updateValue(completion.outcome, forKey: completion.waiter) != nil {
                doubled += 1
            }
        }

        for step in 0..<100_000 where !(next == total && machine.isIdle) {
            let isCalm = step > 50_000
            now += 5 * milliseconds
            for _ in 0..<Int.random(in: 0...20, using: &random) where next < total {
                #expect(machine.enqueue(event(next), ticket: UInt64(next), waiter: next, now: now) == nil)
                next += 1
            }
            if isConnected, !isCalm, random.oneIn(15) {
                take(machine.lost("fault"))
                answers = []
                isConnected = false
            } else if !isConnected, random.oneIn(3) {
                machine.connected(
                    session: UInt32(step + 1), limits: limits(events: Int.random(in: 1...100, using: &random)))
                model.reconnect()
                isConnected = true
            }
            var completions: [Machine.Completion] = []
            while let frame = machine.next(now: now, completions: &completions) {
                switch frame {
                case .resume(let sequence): model.resume(sequence)
                case .publish(let bytes):
                    let sequence = bytes.withUnsafeBytes { $0.u64(at: 8) }
                    answers.append((sequence, model.publish(sequence, ids(ofPublish: bytes), &random)))
                }
            }
            while !answers.isEmpty, random.oneIn(2) {
                let (sequence, runs) = answers.removeFirst()
                let isExpected = machine.answered(
                    sequence, runs, now: now, jitter: random.next(), completions: &completions)
                #expect(isExpected, "seed \(seed)")
            }
            take(completions)
        }

        #expect(!model.outOfStep, "seed \(seed): a frame began with another sequence number than the next")
        #expect(doubled == 0, "seed \(seed)")
        #expect(model.log == (0..<total).map { "/test\n\($0)" }, "seed \(seed)")
        #expect(outcomes.count == total, "seed \(seed)")
        for (number, outcome) in outcomes {
            guard case .stored(let receipt) = outcome else {
                Issue.record("seed \(seed): event \(number) ended as \(outcome)")
                continue
            }
            #expect(receipt.offset == UInt64(number), "seed \(seed)")
        }
    }
}
