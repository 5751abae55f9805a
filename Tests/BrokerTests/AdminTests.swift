import Testing
import Wire

@testable import Broker

/// Operating groups and dead letters over frames.
@Suite struct AdminTests {
    /// A Broker whose group `g` has given up three events, and whose member has credit.
    private struct Scene {
        let broker = Harness()
        let client: Client
        let subscription: UInt32

        init() {
            client = broker.connect()
            var config = GroupConfig(filters: ["task.*"])
            config.maxDeliver = 1
            subscription = broker.join(client, "g", config)
            broker.post(client, .credit, Frames.credit(subscription))
            _ = broker.publish(client, (1...3).map { SampleEvent("k\($0)") })
            let outcomes = client.takeDeliveries().map {
                Outcome(delivery: $0.id, kind: .nak, reason: "broken")
            }
            _ = broker.ask(client, .settle, Frames.settle(subscription, outcomes))
            client.inbox = []
        }

        func admin<Value: Decodable>(_ request: AdminRequest, _ type: Value.Type) -> Value? {
            guard case .done(let body) = broker.ask(client, .admin, ControlJSON.encode(request)) else {
                return nil
            }
            return try? ControlJSON.decode(type, from: body)
        }
    }

    @Test("dead letters are listed by offset, in pages, with what they are")
    func list() {
        let scene = Scene()
        let letters = scene.admin(AdminRequest(.deadList, group: "g"), [DeadLetterInfo].self) ?? []
        #expect(letters.count == 3)
        #expect(letters.map(\.key) == ["k1", "k2", "k3"])
        #expect(letters.allSatisfy { $0.reason == "broken" && $0.attempts == 1 && $0.document == "{}" })
        let page = scene.admin(
            AdminRequest(.deadList, group: "g", after: letters[0].offset, limit: 1), [DeadLetterInfo].self
        )
        #expect(page?.map(\.key) == ["k2"])
    }

    @Test("a dead letter is announced as an event, stored before the cursor passes")
    func announced() {
        let scene = Scene()
        var kinds: [String] = []
        for batch in scene.broker.log.disk {
            batch.forEach { _, record in
                let event = SampleEvent(record)
                kinds.append(record.kind == .event ? event.topic : "\(record.kind.map { "\($0)" } ?? "")")
            }
        }
        let tail = kinds.suffix(7)
        #expect(tail.filter { $0 == "deadLetter" }.count == 3)
        #expect(tail.filter { $0 == "sys.dead_letter" }.count == 3)
        #expect(tail.last == "settlement")
    }

    @Test("a retried one is delivered again with its own offset, a dropped one never")
    func retryAndDrop() {
        let scene = Scene()
        let offsets = scene.broker.core.groups["g"]?.deadLetters.keys.sorted() ?? []
        let retried = scene.admin(
            AdminRequest(.deadRetry, group: "g", offsets: [offsets[1], 9_999]), AdminCount.self)
        #expect(retried == AdminCount(count: 1))
        let again = scene.client.takeDeliveries()
        #expect(again.map(\.offset) == [offsets[1]])
        #expect(again.map(\.isRedriven) == [true])
        #expect(
            scene.admin(AdminRequest(.deadDrop, group: "g"), AdminCount.self) == AdminCount(count: 2))
        #expect(scene.client.takeDeliveries().isEmpty)
        let disk = scene.broker.log.disk
        #expect(
            StateDescription(scene.broker.core, disk: disk)
                == StateDescription(Harness.recover(disk, nil), disk: disk))
    }

    @Test("a group is deleted when it has no members, also for a restart")
    func delete() {
        let scene = Scene()
        let request = ControlJSON.encode(AdminRequest(.groupDelete, group: "g"))
        #expect(scene.broker.ask(scene.client, .admin, request)?.code == "group.has_members")
        _ = scene.broker.ask(scene.client, .leave, Frames.leave(scene.subscription))
        #expect(scene.broker.ask(scene.client, .admin, request)?.code == nil)
        #expect(scene.broker.core.groups.isEmpty)
        #expect(Harness(disk: scene.broker.log.disk).core.groups.isEmpty)
        #expect(scene.broker.ask(scene.client, .admin, request)?.code == "group.unknown")
    }

    @Test("a deleted group that is made again begins anew, from rows as from the journal")
    func deletedAndMadeAgain() {
        let scene = Scene()
        var snapshots = MemorySnapshots()
        scene.broker.save(to: &snapshots)
        _ = scene.broker.ask(scene.client, .leave, Frames.leave(scene.subscription))
        _ = scene.admin(AdminRequest(.groupDelete, group: "g"), AdminCount.self)
        _ = scene.broker.join(scene.client, "g", GroupConfig(filters: ["call.*"]))
        scene.broker.save(to: &snapshots)
        let disk = scene.broker.log.disk
        let replayed = StateDescription(Harness.recover(disk, nil), disk: disk)
        #expect(replayed == StateDescription(Harness.recover(disk, snapshots), disk: disk))
        #expect(replayed.groups["g"]?.deadLetters.isEmpty == true)
    }

    @Test("groups and info tell what is")
    func info() {
        let scene = Scene()
        let groups = scene.admin(AdminRequest(.groups), [GroupInfo].self) ?? []
        #expect(groups.map(\.group) == ["g"])
        #expect(groups.first?.deadLetters == 3)
        #expect(groups.first?.members.map(\.client) == ["test/1.0"])
        let info = scene.admin(AdminRequest(.info), BrokerInfo.self)
        #expect(info?.end == scene.broker.core.durableEnd)
        #expect(info?.epoch == 1)
    }

    @Test("reading needs read, changing needs admin")
    func permissions() {
        let broker = Harness()
        let observer = broker.connect("observer", uid: Harness.guestUID)
        let publisher = broker.connect("publisher", uid: Harness.guestUID)
        func code(_ client: Client, _ operation: AdminRequest.Operation) -> String? {
            broker.ask(client, .admin, ControlJSON.encode(AdminRequest(operation, group: "g")))?.code
        }
        for operation: AdminRequest.Operation in [.info, .groups] {
            #expect(code(observer, operation) == nil)
            #expect(code(publisher, operation) == "session.forbidden")
        }
        for operation: AdminRequest.Operation in [.groupDelete, .deadRetry, .deadDrop, .confirmClock] {
            #expect(code(observer, operation) == "session.forbidden")
        }
    }
}
