import Testing
import Wire

@testable import Broker

/// Publishing over frames: results, order, duplicates, refusals.
@Suite struct PublishTests {
    private let full = Failure(code: "journal.full", message: "The disk is full.", retryable: true)

    @Test("events get rising offsets and one answer, when they are on disk")
    func accepted() {
        let broker = Harness(isImmediate: false)
        let client = broker.connect()
        let ref = broker.post(
            client, .publish, ref: 1, Frames.publish([SampleEvent("a"), SampleEvent("b")]))
        broker.turns()
        #expect(client.take(ref) == nil, "not on disk yet")
        #expect(broker.tapped.isEmpty)
        broker.log.settle(1)
        broker.turns()
        guard case .published(let runs) = client.take(ref) else {
            Issue.record("no answer")
            return
        }
        #expect(runs == [PublishRun(status: .accepted, count: 2, offset: 1)])
        #expect(broker.tapped == [1, 2])
    }

    @Test("answers of several batches in flight come in order as each reaches the disk")
    func pipelined() {
        let broker = Harness(isImmediate: false)
        let client = broker.connect()
        for sequence: UInt64 in 1...3 {
            broker.post(client, .publish, ref: sequence, Frames.publish([SampleEvent("\(sequence)")]))
            broker.turns()
        }
        #expect(broker.log.pending.count == 3)
        for sequence: UInt64 in 1...3 {
            #expect(client.take(sequence) == nil)
            broker.log.settle(1)
            broker.turns()
            #expect(client.take(sequence) != nil)
        }
    }

    @Test(
        "a failed or fenced log answers nothing and stops the Broker",
        arguments: [
            LogResult.failed("EIO"), .fenced,
        ])
    func logFails(result: LogResult) {
        let broker = Harness()
        let client = broker.connect()
        broker.log.nextFailure = result
        broker.post(client, .publish, ref: 1, Frames.publish([SampleEvent("a")]))
        broker.turns()
        #expect(broker.stopped == result)
        #expect(client.take(1) == nil)
        #expect(broker.tapped.isEmpty)
    }

    @Test("a full log keeps what it was given, refuses what comes, and goes on when there is room")
    func logFull() {
        let broker = Harness()
        let client = broker.connect()
        broker.log.nextFailure = .full("No space is left.")
        let ref = broker.post(client, .publish, ref: 1, Frames.publish([SampleEvent("a")]))
        broker.turns()
        #expect(client.take(ref) == nil)
        guard
            case .published(let refused) = broker.ask(
                client, .publish, ref: 2, Frames.publish([SampleEvent("b")]))
        else {
            Issue.record("not told")
            return
        }
        #expect(refused.map(\.status) == [.refused])
        let write = MapWrite(.put, map: "m", key: "a")
        let other = broker.connect()
        let settle = broker.post(other, .settle, Frames.settle(0, [], atomic: true, writes: [write]))
        broker.turns()
        broker.log.nextFailure = nil
        broker.turns()
        broker.turns()
        guard case .published(let runs) = client.take(ref),
            case .settled(let settled) = other.take(settle)
        else {
            Issue.record("no answer")
            return
        }
        #expect(runs == [PublishRun(status: .accepted, count: 1, offset: 1)])
        #expect(settled.status == .refused)
        #expect(broker.log.disk.map(\.end) == [2] && broker.log.gaps.isEmpty)
        #expect(broker.ask(client, .resume, ref: 2)?.code == nil)
        client.nextSequence = 2
        #expect(broker.publish(client, [SampleEvent("b")]).map(\.offset) == [2])
    }

    @Test("what was in flight when the log is fenced is never answered")
    func fencedInFlight() {
        let broker = Harness(isImmediate: false)
        let client = broker.connect()
        broker.post(client, .publish, ref: 1, Frames.publish([SampleEvent("a")]))
        broker.turns()
        broker.log.fence()
        broker.turns()
        #expect(broker.stopped == .fenced)
        #expect(client.take(1) == nil)
    }

    @Test("the same event again is a duplicate, other content under its id a conflict")
    func duplicates() {
        let broker = Harness()
        let client = broker.connect()
        let event = SampleEvent("k", id: "/s\n1", payload: "one")
        #expect(broker.publish(client, [event]) == [PublishRun(status: .accepted, count: 1, offset: 1)])
        var other = event
        other.payload = "two"
        let runs = broker.publish(client, [event, other, SampleEvent("k", id: "/s\n2")])
        #expect(runs.map(\.status) == [.duplicate, .conflict, .accepted])
        #expect(runs.map(\.offset) == [1, 1, 2])
        #expect(runs[1].reason.hasPrefix("event.conflict: "))
    }

    @Test(
        "a duplicate within one message, and of one in flight, is answered with its original's offset")
    func duplicateInFlight() {
        let broker = Harness(isImmediate: false)
        let client = broker.connect()
        let event = SampleEvent("k", id: "/s\n1")
        broker.post(client, .publish, ref: 1, Frames.publish([event, event]))
        broker.turns()
        broker.post(client, .publish, ref: 3, Frames.publish([event]))
        broker.turns()
        #expect(client.takeAll().isEmpty || client.take(3) == nil, "its original is not on disk")
        broker.log.settle(5)
        broker.turns()
        guard case .published(let runs) = client.take(3) else {
            Issue.record("no answer")
            return
        }
        #expect(runs == [PublishRun(status: .duplicate, count: 1, offset: 1)])
        #expect(broker.log.disk.map(\.end).last == 2)
    }

    @Test("beyond dedup_max_ids the oldest id is forgotten")
    func dedupLimit() {
        var limits = BrokerLimits()
        limits.dedupMaxIDs = 2
        let broker = Harness(limits: limits)
        let client = broker.connect()
        for number in 1...3 { _ = broker.publish(client, [SampleEvent("k", id: "/s\n\(number)")]) }
        #expect(broker.publish(client, [SampleEvent("k", id: "/s\n3")]).map(\.status) == [.duplicate])
        #expect(broker.publish(client, [SampleEvent("k", id: "/s\n1")]).map(\.status) == [.accepted])
    }

    @Test("ids leave the window after a day, but not while the clock is in doubt")
    func dedupWindow() {
        let broker = Harness()
        let client = broker.connect()
        _ = broker.publish(client, [SampleEvent("k", id: "/s\n1")])
        let published = broker.core.clock.time
        broker.wall += 90_000_000_000_000
        broker.advance(milliseconds: 100)
        #expect(broker.core.dedupHorizon == nil, "a step of 25 hours proves nothing")
        broker.core.clock.confirm()
        broker.advance(milliseconds: 100)
        #expect(broker.core.dedupHorizon.map { $0 > published } == true)
    }

    @Test(
        "events at fault are rejected one by one, the others are stored",
        arguments: [
            (SampleEvent(topic: "a..b"), "event.topic"), (SampleEvent(topic: ""), "event.topic"),
            (SampleEvent(topic: "map.x"), "event.topic"),
            (SampleEvent(topic: String(repeating: "a", count: 256)), "event.topic"),
            (SampleEvent(String(repeating: "k", count: 513)), "event.key"),
            (SampleEvent(id: String(repeating: "i", count: 1_025)), "event.id"),
            (SampleEvent(payload: String(repeating: "p", count: 2_000)), "event.too_large"),
        ])
    func rejected(event: SampleEvent, code: String) {
        var limits = BrokerLimits()
        limits.maxEventBytes = 1_900
        let broker = Harness(limits: limits)
        let client = broker.connect()
        let runs = broker.publish(client, [SampleEvent("a"), event, SampleEvent("b")])
        #expect(runs.map(\.status) == [.accepted, .rejected, .accepted])
        #expect(runs.map(\.offset) == [1, 0, 2])
        #expect(runs[1].reason.hasPrefix("\(code): "), "\(runs[1].reason)")
    }

    @Test(
        "only events without flags are published",
        arguments: [RecordKind.mapPut, .settlement, .group, .redrive])
    func otherKinds(kind: RecordKind) {
        let broker = Harness()
        let client = broker.connect()
        let records = [SampleEvent().record(kind: kind), SampleEvent().record(kind: .event, flags: 1)]
        guard
            case .published(let runs) = broker.ask(
                client, .publish, ref: 1, Frames.publish(records: records))
        else {
            Issue.record("no answer")
            return
        }
        #expect(runs.map(\.status) == [.rejected, .rejected])
        #expect(runs.allSatisfy { $0.reason.hasPrefix("event.kind: ") })
    }

    @Test("at max_topics new topics are rejected, known ones taken")
    func topicLimit() {
        var limits = BrokerLimits()
        limits.maxTopics = 1
        let broker = Harness(limits: limits)
        let client = broker.connect()
        let runs = broker.publish(
            client, [SampleEvent(topic: "a"), SampleEvent(topic: "b"), SampleEvent(topic: "a")])
        #expect(runs.map(\.status) == [.accepted, .rejected, .accepted])
        #expect(runs[1].reason.contains("max_topics"))
    }

    @Test("a sequence number that is not the next one is a mistake, the next one is taken still")
    func sequence() {
        let broker = Harness()
        let client = broker.connect()
        #expect(
            broker.ask(client, .publish, ref: 2, Frames.publish([SampleEvent()]))?.code
                == "publish.sequence")
        #expect(broker.publish(client, [SampleEvent()]).map(\.status) == [.accepted])
        #expect(
            broker.ask(client, .publish, ref: 1, Frames.publish([SampleEvent()]))?.code
                == "publish.sequence")
    }

    @Test(
        "after a refusal nothing of the session passes until it resumes, other sessions are not held")
    func refusal() {
        let broker = Harness()
        let client = broker.connect()
        let other = broker.connect()
        _ = broker.publish(client, [SampleEvent("1")])
        broker.core.publishStop = full
        broker.post(client, .publish, ref: 2, Frames.publish([SampleEvent("2"), SampleEvent("3")]))
        broker.turns()
        broker.core.publishStop = nil
        broker.post(client, .publish, ref: 4, Frames.publish([SampleEvent("4")]))
        broker.turns()
        guard case .published(let first) = client.take(2), case .published(let second) = client.take(4)
        else {
            Issue.record("no answers")
            return
        }
        #expect(first.map(\.status) == [.refused] && first[0].count == 2)
        #expect(first[0].reason.hasPrefix("journal.full: "))
        #expect(second.map(\.status) == [.refused])
        #expect(second[0].reason.hasPrefix("publish.paused: "))
        #expect(broker.publish(other, [SampleEvent("x")]).map(\.status) == [.accepted])
        #expect(
            broker.ask(client, .resume, ref: 4)?.code == "publish.sequence", "from the first refused one")
        guard case .done = broker.ask(client, .resume, ref: 2) else {
            Issue.record("not resumed")
            return
        }
        client.nextSequence = 2
        let again = broker.publish(client, [SampleEvent("2"), SampleEvent("3"), SampleEvent("4")])
        #expect(again == [PublishRun(status: .accepted, count: 3, offset: 3)])
    }

    @Test("more events or bytes than a session may have unanswered are refused")
    func window() {
        var limits = BrokerLimits()
        limits.maxUnackedEvents = 2
        let broker = Harness(limits: limits)
        let client = broker.connect()
        let runs = broker.publish(client, [SampleEvent("1"), SampleEvent("2"), SampleEvent("3")])
        #expect(runs.map(\.status) == [.refused])
        #expect(runs.first?.reason.hasPrefix("publish.window: ") == true)
    }

    @Test("an empty publish is answered")
    func empty() {
        let broker = Harness()
        let client = broker.connect()
        #expect(broker.publish(client, []).isEmpty)
        #expect(broker.log.disk.isEmpty)
    }
}
