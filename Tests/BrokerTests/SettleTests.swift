import Testing
import Wire

@testable import Broker

/// Transactions: all or nothing, before and after a power cut.
@Suite struct SettleTests {
    /// A Broker with one group, a member holding three deliveries, and an entry `m/a` at some revision.
    private struct Scene {
        let broker: Harness
        let client: Client
        let subscription: UInt32
        let held: [Delivered]
        let revision: UInt64

        init(isImmediate: Bool = true) {
            broker = Harness()
            client = broker.connect()
            var config = GroupConfig(filters: ["task.*"])
            config.backoffMs = []
            subscription = broker.join(client, "g", config)
            broker.post(client, .credit, Frames.credit(subscription))
            _ = broker.publish(
                client, [SampleEvent("k"), SampleEvent("k"), SampleEvent("l", id: "/s\n1")])
            held = client.takeDeliveries()
            let write = MapWrite(.put, map: "m", key: "a", value: [1])
            guard
                case .settled(let result) = broker.ask(
                    client, .settle, Frames.settle(0, [], atomic: true, writes: [write]))
            else { fatalError("the scene is set") }
            revision = result.writes[0].revision
            client.inbox = []
            broker.log.isImmediate = isImmediate
        }

        func outcome(_ place: Int, _ kind: Outcome.Kind = .ack) -> Outcome {
            Outcome(delivery: held[place].id, kind: kind)
        }

        func settle(
            _ outcomes: [Outcome], atomic: Bool = true, publishes: [SampleEvent] = [],
            writes: [MapWrite] = []
        ) -> SettledBody? {
            let body = Frames.settle(
                outcomes.isEmpty ? 0 : subscription, outcomes, atomic: atomic, publishes: publishes,
                writes: writes)
            guard case .settled(let result) = broker.ask(client, .settle, body) else { return nil }
            return result
        }

        var state: StateDescription { StateDescription(broker.core, disk: broker.log.disk) }
    }

    @Test("an ack, publishes and writes happen in one batch")
    func allOfIt() {
        let scene = Scene()
        let batches = scene.broker.log.disk.count
        let result = scene.settle(
            [scene.outcome(0)], publishes: [SampleEvent("n", topic: "call.ended")],
            writes: [
                MapWrite(.put, map: "m", key: "a", value: [2], expectedRevision: scene.revision),
                MapWrite(.put, map: "m", key: "b", value: [3], expectedRevision: 0),
                MapWrite(.delete, map: "m", key: "c"),
            ])
        #expect(result?.status == .done)
        #expect(result?.outcomes == [.done])
        #expect(result?.publishes.map(\.status) == [.accepted])
        #expect(result?.writes.map(\.matches) == [true, true, true])
        #expect(scene.broker.log.disk.count == batches + 1)
        var kinds: [RecordKind?] = []
        scene.broker.log.disk[batches].forEach { _, record in kinds.append(record.kind) }
        #expect(kinds == [.event, .mapPut, .mapPut, .mapDelete, .settlement])
        #expect(scene.broker.core.maps.value("m", [97], now: 0)?.revision == result?.writes[0].revision)
    }

    @Test("a condition that fails changes nothing at all", arguments: 0..<9)
    func nothing(fault: Int) {
        let scene = Scene()
        let before = scene.state
        let disk = scene.broker.log.disk.count
        var outcomes = [scene.outcome(0), scene.outcome(2)]
        var publishes = [SampleEvent("n", topic: "call.ended", id: "/s\nnew")]
        var writes = [MapWrite(.put, map: "m", key: "b", value: [9])]
        let expected: SettleStatus
        switch fault {
        case 0: (outcomes[1].delivery, expected) = (12_345, .fenced)
        case 1:
            writes.append(
                MapWrite(.put, map: "m", key: "a", value: [2], expectedRevision: scene.revision + 1))
            expected = .revisionMismatch
        case 2:
            writes.append(MapWrite(.delete, map: "m", key: "a", expectedRevision: 0))
            expected = .revisionMismatch
        case 3:
            publishes.append(SampleEvent("other", topic: "task.created", id: "/s\n1"))
            expected = .rejected
        case 4:
            publishes.append(SampleEvent(topic: "not a topic"))
            expected = .rejected
        case 5:
            publishes.append(publishes[0])
            expected = .rejected
        case 6:
            writes.append(MapWrite(.put, map: "no.map", key: "a"))
            expected = .rejected
        case 7:
            outcomes.append(outcomes[0])
            expected = .rejected
        default:
            scene.broker.core.publishStop = Failure(
                code: "journal.full", message: "Full.", retryable: true)
            expected = .refused
        }
        let result = scene.settle(outcomes, publishes: publishes, writes: writes)
        #expect(result?.status == expected, "\(String(describing: result))")
        #expect(result?.reason.isEmpty == false)
        #expect(scene.state == before)
        #expect(scene.broker.log.disk.count == disk, "nothing was written")
        #expect(scene.broker.core.unsettled.isEmpty)
        scene.broker.core.publishStop = nil
        let again = scene.settle([scene.outcome(0), scene.outcome(2)])
        #expect(again?.outcomes == [.done, .done], "the deliveries stand")
    }

    @Test("a mismatch tells the revision that is")
    func mismatch() {
        let scene = Scene()
        let result = scene.settle(
            [],
            writes: [
                MapWrite(.put, map: "m", key: "x", expectedRevision: 0),
                MapWrite(.put, map: "m", key: "a", expectedRevision: 7_777),
            ])
        #expect(
            result?.writes == [
                .init(matches: true, revision: 0), .init(matches: false, revision: scene.revision),
            ])
    }

    @Test("a publish that is there already counts as done")
    func duplicatePublish() {
        let scene = Scene()
        let result = scene.settle([scene.outcome(0)], publishes: [SampleEvent("l", id: "/s\n1")])
        #expect(result?.status == .done)
        #expect(
            result?.publishes == [PublishRun(status: .duplicate, count: 1, offset: scene.held[2].offset)])
    }

    @Test(
        "a failure and an ack of the same key in one transaction are both done",
        arguments: [
            [Outcome.Kind.nak, .ack], [.nak, .nak], [.term, .ack], [.term, .nak], [.nak, .term],
            [.term, .term],
            [.inProgress, .ack], [.nak, .inProgress],
        ])
    func mixed(kinds: [Outcome.Kind]) {
        let scene = Scene()
        let result = scene.settle([scene.outcome(0, kinds[0]), scene.outcome(1, kinds[1])])
        #expect(result?.status == .done)
        #expect(result?.outcomes == [.done, .done])
    }

    @Test("without the atomic flag each outcome stands alone and nothing else is allowed")
    func alone() {
        let scene = Scene()
        var outcomes = [scene.outcome(0), scene.outcome(2)]
        outcomes[0].delivery = 99
        #expect(scene.settle(outcomes, atomic: false)?.outcomes == [.fenced, .done])
        let body = Frames.settle(0, [], publishes: [SampleEvent()])
        #expect(scene.broker.ask(scene.client, .settle, body)?.code == "wire.malformed")
    }

    @Test("a subscription of another session is unknown")
    func foreignSubscription() {
        let scene = Scene()
        let other = scene.broker.connect()
        let body = Frames.settle(scene.subscription, [scene.outcome(0)])
        #expect(scene.broker.ask(other, .settle, body)?.code == "subscription.unknown")
    }

    @Test("deliveries of an ended session are fenced")
    func endedSession() {
        let scene = Scene()
        let session = scene.client.session
        scene.broker.drop(scene.client)
        #expect(scene.broker.core.sessions[session] == nil)
        let other = scene.broker.connect()
        let subscription = scene.broker.join(other, "g", nil)
        let body = Frames.settle(subscription, [scene.outcome(0)], atomic: true)
        guard case .settled(let result) = scene.broker.ask(other, .settle, body) else {
            Issue.record("no answer")
            return
        }
        #expect(result.status == .fenced)
    }

    @Test(
        "whichever batches of a history reach the disk, each transaction is there or not",
        arguments: 0...12)
    func everyPrefix(kept: Int) {
        let scene = Scene(isImmediate: false)
        let before = scene.broker.log.disk.count
        // Each step in a turn of its own, none of it on disk.
        for step in 0..<3 {
            let body = Frames.settle(
                scene.subscription, [scene.outcome(step)], atomic: true,
                publishes: [SampleEvent("tx", topic: "call.ended", id: "/tx\n\(step)")],
                writes: [MapWrite(.put, map: "tx", key: "\(step)", value: [7])])
            scene.broker.post(scene.client, .settle, body)
            scene.broker.turns()
            _ = scene.broker.post(
                scene.client, .publish, ref: UInt64(4 + step),
                Frames.publish([SampleEvent("noise", topic: "noise.made")]))
            scene.broker.turns()
        }
        scene.broker.log.cut(keeping: kept)
        let disk = scene.broker.log.disk
        let again = Harness(disk: disk, epoch: 2)
        let state = StateDescription(again.core, disk: disk)
        let done = (min(kept, disk.count - before) + 1) / 2
        for step in 0..<3 {
            let isSettled = state.groups["g"]?.unsettled.contains(scene.held[step].offset) == false
            let isWritten = state.maps["tx/\(step)"] != nil
            let isPublished = again.core.dedup.candidates(idHash("/tx\n\(step)")) { _ in true } != nil
            #expect(
                [isSettled, isWritten, isPublished] == Array(repeating: step < done, count: 3),
                "step \(step)")
        }
    }

    @Test(
        "an ack of a group that nobody may publish beside needs only consume, the rest its own permission"
    )
    func permissions() {
        let broker = Harness()
        let consumer = broker.connect("consumer", uid: Harness.guestUID)
        let publisher = broker.connect("publisher", uid: Harness.guestUID)
        let write = MapWrite(.put, map: "m", key: "a")
        func code(_ client: Client, _ body: [UInt8]) -> String? {
            broker.ask(client, .settle, body)?.code
        }
        #expect(
            code(consumer, Frames.settle(0, [], atomic: true, writes: [write])) == "session.forbidden")
        #expect(
            code(consumer, Frames.settle(0, [], atomic: true, publishes: [SampleEvent()]))
                == "session.forbidden")
        #expect(code(publisher, Frames.settle(0, [], atomic: true, publishes: [SampleEvent()])) == nil)
    }
}
