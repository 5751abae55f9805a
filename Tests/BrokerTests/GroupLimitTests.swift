import Testing
import Wire

@testable import Broker

/// Where a group stops, and what it says then.
@Suite struct GroupLimitTests {
    @Test("max_ack_pending stops the group and is named")
    func maxAckPending() {
        var bench = GroupBench { $0.maxAckPending = 2 }
        bench.join(1)
        bench.publish("a", "b", "c")
        let got = bench.deliver()
        #expect(got.count == 2)
        #expect(bench.group.stalled()?.contains("max_ack_pending 2") == true)
        #expect(bench.group.stalled()?.contains("offset 1") == true)
        bench.ack([got[0]])
        #expect(bench.group.stalled() == nil)
        #expect(bench.deliver().map(\.offset) == [3])
    }

    @Test("max_parked stops reading while a busy key's events pile up")
    func maxParked() {
        var bench = GroupBench { $0.maxParked = 3 }
        bench.join(1, events: 1)
        bench.publish("a", "a", "a", "a", "a", "a", "b")
        let first = bench.deliver()
        bench.join(2)
        #expect(bench.deliver().isEmpty)
        #expect(bench.group.parked == 3)
        #expect(bench.group.stalled()?.contains("max_parked 3") == true)
        bench.ack(first)
        #expect(bench.deliver().map(\.offset).contains(2))
        #expect(bench.group.parked < 3)
    }

    @Test("max_spread bounds what lies above one event that is never settled")
    func maxSpread() {
        var bench = GroupBench { $0.maxSpread = 4 }
        bench.join(1, events: 1_000)
        bench.publish("stuck", "b", "c", "d", "e", "f")
        for got in bench.deliver() where got.key != "stuck" { bench.ack([got]) }
        #expect(bench.deliver().isEmpty)
        #expect(bench.group.stalled()?.contains("max_spread 4") == true)
        #expect(bench.group.stalled()?.contains("offset 1") == true)
    }

    @Test("full dead letters stop the group: nothing more is given up, nothing more is read")
    func deadLetterLimit() {
        var bench = GroupBench { config in
            config.maxDeliver = 1
            config.maxDeadLetters = 1
        }
        bench.join(1)
        bench.publish("a", "b")
        let got = bench.deliver()
        _ = bench.settle(got[0], .nak)
        _ = bench.settle(got[1], .nak)
        #expect(bench.group.deadLetters.count == 1)
        #expect(bench.group.stalled()?.contains("dead letters are at their limit") == true)
        bench.publish("c")
        #expect(bench.deliver().map(\.offset) == [2], "it is tried on")
        bench.group.removeDeadLetter(1)
        #expect(bench.deliver().map(\.offset) == [3])
    }

    @Test("a group without members or credit is not stalled")
    func notStalled() {
        var bench = GroupBench()
        bench.publish("a")
        #expect(bench.group.stalled() == nil)
        bench.group.join(subscription: 1, session: 1)
        #expect(bench.deliver().isEmpty)
        #expect(bench.group.stalled() == nil)
    }

    @Test("one turn hands out at most its budget and says that there is more")
    func budget() {
        var bench = GroupBench { $0.maxAckPending = 100_000 }
        bench.join(1, events: 100_000, bytes: 1 << 30)
        bench.append((0..<5_000).map { SampleEvent("k\($0)").record })
        #expect(bench.group.dispatch(now: 0, records: &bench.source, topics: bench.topics))
        #expect(bench.takeMessages().got.count == GroupMachine.eventsPerTurn)
        #expect(bench.deliver().count == 5_000 - GroupMachine.eventsPerTurn)
    }

    @Test("on a full disk a group that may lose events skips to where it is told")
    func skip() {
        var bench = GroupBench { $0.onFloor = .skip }
        bench.join(1, events: 3)
        bench.publish("a", "a", "b", "c", "d", "e")
        let got = bench.deliver()
        let skipped = bench.group.skip(to: 5, now: bench.now)
        #expect(skipped == 4)
        #expect(bench.group.floor == 5)
        #expect(bench.group.skippedAtFloor == 4)
        #expect(got.allSatisfy { bench.settle($0, .ack) == .fenced })
        #expect(bench.group.ackPending == 0 && bench.group.parked == 0)
        bench.grant(1)
        #expect(bench.deliver().map(\.offset) == [5, 6])
    }
}
