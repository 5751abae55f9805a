import Testing
import Wire

@testable import Broker

/// A part of the journal that cannot be read any more: who needs it is told, everything else goes on.
@Suite struct DamageTests {
    /// Twenty events, 10 ms apart, of which those at 8…10 are damaged.
    private func damaged() -> (broker: Harness, client: Client) {
        var limits = BrokerLimits()
        limits.heartbeatMs = 60_000
        let broker = Harness(limits: limits)
        let client = broker.connect()
        for number in 1...20 {
            broker.advance(milliseconds: 10)
            _ = broker.publish(client, [SampleEvent("k\(number)", id: "id-\(number)")])
        }
        broker.core.source.damaged = 8..<11
        return (broker, client)
    }

    private func read(_ broker: Harness, _ client: Client, _ request: ReadRequest) -> Message? {
        broker.ask(client, .read, ControlJSON.encode(request))
    }

    private func offsets(_ message: Message?) -> [UInt64]? {
        guard case .records(_, _, let records) = message else { return nil }
        return records.map(\.offset)
    }

    @Test("a read ends before the damage, the next one is told where it may go on, and that is true")
    func read() {
        let (broker, client) = damaged()
        guard case .records(let next, _, let records) = read(broker, client, ReadRequest(offset: 1)) else {
            Issue.record("no records")
            return
        }
        #expect(records.map(\.offset) == Array(1...7) && next == 8)
        guard case .failure(let failure) = read(broker, client, ReadRequest(offset: next)) else {
            Issue.record("no failure")
            return
        }
        #expect(failure.code == "journal.damaged" && !failure.retryable && failure.message.contains("11"))
        #expect(offsets(read(broker, client, ReadRequest(offset: 11))) == Array(11...20))
        #expect(broker.publish(client, [SampleEvent("later")]).first?.status == .accepted)
    }

    @Test(
        "a read by time finds its place beyond the damage and before it, and its begin for a time in it or right behind it",
        arguments: 1...20
    )
    func time(number: UInt64) {
        let (broker, _) = damaged()
        let time = broker.core.source.batches[Int(number) - 1].time
        #expect(broker.core.offset(atOrAfter: time) == ((9...11).contains(number) ? 8 : number))
    }

    @Test("the repetition of an event that cannot be compared is rejected, also in a transaction")
    func duplicate() {
        let (broker, client) = damaged()
        let runs = broker.publish(
            client, [7, 9, 12].map { SampleEvent("k\($0)", id: "id-\($0)") } + [SampleEvent("new", id: "new")])
        #expect(runs.map(\.status) == [.duplicate, .rejected, .duplicate, .accepted])
        #expect(runs[1].reason.hasPrefix("journal.damaged: "))
        let record = SampleEvent("k9", id: "id-9").record
        let reason = record.withUnsafeBytes { RecordView(in: $0, at: 0).flatMap { broker.core.wouldReject($0) } }
        #expect(reason?.hasPrefix("journal.damaged: ") == true)
    }

    @Test("a group stops before the damage and says so; others go on; mended, it goes on by itself")
    func group() {
        let (broker, client) = damaged()
        let subscription = broker.join(client, "g", GroupConfig(filters: [">"]))
        broker.post(client, .credit, Frames.credit(subscription, events: 100))
        broker.turns()
        #expect(client.takeDeliveries().map(\.offset) == Array(1...7))
        #expect(broker.core.groups["g"]?.stalled()?.contains("offset 8") == true)
        #expect(broker.core.groups["g"]?.stalled()?.contains("11") == true)

        let reads = broker.core.source.damagedReads
        var config = GroupConfig(filters: [">"])
        config.deliverPolicy = .new
        let other = broker.join(client, "other", config)
        broker.post(client, .credit, Frames.credit(other, events: 100))
        for _ in 0..<20 { _ = broker.publish(client, [SampleEvent("k")]) }
        #expect(client.takeDeliveries().count == 20)
        broker.advance(milliseconds: 9_000)
        #expect(broker.core.source.damagedReads == reads, "it is not read again with every turn")
        broker.advance(milliseconds: 2_000)
        #expect(broker.core.source.damagedReads > reads)
        #expect(broker.core.groups["g"]?.stalled() != nil)

        broker.core.source.damaged = 0..<0
        broker.advance(milliseconds: 11_000)
        #expect(client.takeDeliveries().map(\.offset).prefix(13) == Array(8...20)[...])
        #expect(broker.core.groups["g"]?.stalled() == nil)
    }

    @Test(
        "an event that is to be given up stays while its record cannot be read", arguments: [Outcome.Kind.nak, .term])
    func deadLetter(kind: Outcome.Kind) {
        for policy in [GroupConfig.OnExhausted.skip, .parkKey] {
            var bench = GroupBench { config in
                config.maxDeliver = 1
                config.onExhausted = policy
            }
            bench.join(1)
            bench.publish("a")
            bench.publish("a")
            bench.publish("b")
            let got = bench.deliver()
            bench.source.damaged = 1..<2
            #expect(bench.settle(got[0], kind, reason: "broken") == (kind == .term ? .unreadable : .done))
            #expect(bench.settle(got[0], kind) == .fenced)
            #expect(bench.group.deadLetters.isEmpty && bench.group.floor == 1)
            #expect(bench.deliver().isEmpty && bench.group.stalled() != nil)
            #expect(bench.group.nextDeadline <= bench.now + GroupMachine.damagedRetry)
            bench.source.damaged = 0..<0
            bench.wait(10_000)
            let again = bench.deliver()
            #expect(again.first?.offset == 1)
            #expect(bench.settle(again[0], kind, reason: "broken") == .done)
            #expect(bench.group.deadLetters[1]?.reason == "broken")
            #expect(bench.group.deadLetters.count == (policy == .skip ? 1 : 2))
        }
    }

    @Test("what waits behind a parked key stays while it cannot be read, and follows when it can")
    func parked() {
        var bench = GroupBench { config in
            config.maxDeliver = 1
            config.onExhausted = .parkKey
        }
        bench.join(1)
        bench.publish("a")
        bench.publish("a")
        let got = bench.deliver()
        bench.source.damaged = 2..<3
        _ = bench.settle(got[0], .nak)
        #expect(bench.group.deadLetters.keys.sorted() == [1])
        #expect(bench.deliver().isEmpty && bench.group.stalled() != nil)
        bench.source.damaged = 0..<0
        bench.wait(10_000)
        #expect(bench.deliver().isEmpty)
        #expect(bench.group.deadLetters.keys.sorted() == [1, 2])
    }

    @Test("a record that is gone without a trace is damage, not the next record", arguments: [false, true])
    func gone(isLast: Bool) {
        for (deliveries, kind) in [(1, Outcome.Kind.nak), (1, .term), (5, .nak)] {
            var bench = GroupBench { $0.maxDeliver = deliveries }
            bench.join(1)
            bench.publish("a")
            if !isLast { bench.publish("b") }
            let got = bench.deliver()
            bench.source.lose(1)
            _ = bench.settle(got[0], kind, reason: "broken")
            #expect(bench.deliver().isEmpty && bench.group.deadLetters.isEmpty && bench.group.floor == 1)
            #expect(bench.group.stalled()?.contains("no record at offset 1") == true)
        }
    }

    @Test("a record that cannot be read holds up its key, other keys go on; mended, the key goes on in order")
    func oneKey() {
        var bench = GroupBench()
        bench.join(1)
        for key in ["a", "a", "b", "c"] { bench.publish(key) }
        let got = bench.deliver()
        bench.source.damaged = 1..<2
        for one in [got[0], got[2], got[3]] { _ = bench.settle(one, .nak) }
        #expect(bench.deliver().map(\.offset) == [3, 4])
        #expect(bench.group.stalled()?.hasPrefix("1 key stands still, others go on: offset 1 cannot be read") == true)
        bench.publish("a")
        bench.publish("d")
        #expect(bench.deliver().map(\.offset) == [6])
        let reads = bench.source.damagedReads
        bench.wait(9_000)
        #expect(bench.deliver().isEmpty && bench.source.damagedReads == reads)
        bench.wait(1_000)
        #expect(bench.deliver().isEmpty && bench.source.damagedReads == reads + 1)
        bench.source.damaged = 0..<0
        bench.wait(10_000)
        #expect(bench.deliver().map(\.offset) == [1, 2, 5])
        #expect(bench.group.stalled() == nil && bench.group.unreadable.isEmpty)
    }

    @Test(
        "behind a batch that cannot be read any key may go on, so nothing further is read; what was read before goes on"
    )
    func unknownKeys() {
        var bench = GroupBench()
        bench.join(1)
        bench.publish("a")
        let got = bench.deliver()
        bench.source.damaged = 2..<3
        for key in ["b", "c"] { bench.publish(key) }
        #expect(bench.deliver().isEmpty)
        #expect(bench.group.stalled()?.hasPrefix("nothing further is read: offset 2 cannot be read") == true)
        _ = bench.settle(got[0], .nak)
        #expect(bench.deliver().map(\.offset) == [1])
    }

    @Test("many keys of one rotten place are tried few at a time, and all at once when one of them was mended")
    func manyKeys() {
        var bench = GroupBench { $0.maxAckPending = 1_000 }
        bench.join(1, events: 1_000)
        for number in 1...200 { bench.publish("k\(number)") }
        for one in bench.deliver() { _ = bench.settle(one, .nak) }
        bench.source.damaged = 1..<201
        #expect(bench.deliver().isEmpty && bench.source.damagedReads == 200)
        #expect(bench.group.stalled()?.hasPrefix("200 keys stand still") == true)
        bench.wait(10_000)
        #expect(bench.deliver().isEmpty && bench.source.damagedReads == 264)
        bench.source.damaged = 0..<0
        bench.wait(10_000)
        #expect(bench.deliver().count == 200)
        #expect(bench.group.stalled() == nil)
    }

    @Test("a key whose record a full disk takes does not stand still any more")
    func skipped() {
        var bench = GroupBench()
        bench.join(1)
        for key in ["a", "a"] { bench.publish(key) }
        let got = bench.deliver()
        bench.source.damaged = 1..<2
        _ = bench.settle(got[0], .nak)
        #expect(bench.deliver().isEmpty && bench.group.stalled() != nil)
        _ = bench.group.skip(to: 2, now: bench.now)
        #expect(bench.group.stalled() == nil)
        bench.wait(10_000)
        #expect(bench.deliver().map(\.offset) == [2])
    }

    @Test("a transaction that gives an event up which cannot be read is refused whole, and done when it can be read")
    func transaction() {
        let (broker, client) = damaged()
        broker.core.source.damaged = 0..<0
        let subscription = broker.join(client, "g", GroupConfig(filters: [">"]))
        broker.post(client, .credit, Frames.credit(subscription, events: 100))
        broker.turns()
        let got = client.takeDeliveries()
        broker.core.source.damaged = 8..<11
        let outcomes = [Outcome(delivery: got[0].id, kind: .ack), Outcome(delivery: got[8].id, kind: .term)]
        let write = MapWrite(.put, map: "m", key: "k", value: [7])
        let body = Frames.settle(subscription, outcomes, atomic: true, writes: [write])
        guard case .settled(let refused) = broker.ask(client, .settle, body) else {
            Issue.record("no answer")
            return
        }
        #expect(refused.status == .refused && refused.outcomes == [.done, .unreadable])
        #expect(refused.reason.hasPrefix("journal.damaged: "))
        #expect(broker.core.maps.value("m", Array("k".utf8), now: 0) == nil && broker.core.groups["g"]?.floor == 1)
        broker.core.source.damaged = 0..<0
        guard case .settled(let done) = broker.ask(client, .settle, body) else { return }
        #expect(done.status == .done && broker.core.groups["g"]?.deadLetters.keys.sorted() == [9])
    }
}
