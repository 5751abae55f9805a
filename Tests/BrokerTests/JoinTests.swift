import Testing
import Wire

@testable import Broker

/// Joining groups over frames: configuration, where they begin, when they go.
@Suite struct JoinTests {
    private func config(_ change: (inout GroupConfig) -> Void = { _ in }) -> GroupConfig {
        var config = GroupConfig(filters: [">"])
        change(&config)
        return config
    }

    private func begins(_ broker: Harness, _ config: GroupConfig) -> UInt64? {
        let client = broker.connect()
        guard case .joined(let joined) = broker.ask(client, .join, Frames.join("g", config)) else {
            return nil
        }
        return joined.floor
    }

    @Test("a group is made by the first join, and answered when that is on disk")
    func made() {
        let broker = Harness(isImmediate: false)
        let client = broker.connect()
        let ref = broker.post(client, .join, Frames.join("g", config()))
        broker.turns()
        #expect(client.take(ref) == nil)
        broker.log.settle(1)
        broker.turns()
        guard case .joined(let joined) = client.take(ref) else {
            Issue.record("not joined")
            return
        }
        #expect(joined.config == config() && joined.group == "g")
        #expect(Harness(disk: broker.log.disk).core.groups["g"]?.config == config())
    }

    @Test("a session has only so many memberships")
    func memberships() {
        var limits = BrokerLimits()
        limits.maxSubscriptions = 2
        let broker = Harness(limits: limits)
        let client = broker.connect()
        for _ in 0..<2 { #expect(broker.join(client, "g", config()) > 0) }
        #expect(broker.ask(client, .join, Frames.join("g", config()))?.code == "session.limit")
        #expect(broker.join(broker.connect(), "g", config()) > 0, "another session has its own")
    }

    @Test("a configuration is fixed: another one needs update")
    func fixed() {
        let broker = Harness()
        let client = broker.connect()
        #expect(broker.ask(client, .join, Frames.join("g", nil))?.code == "group.unknown")
        #expect(broker.join(client, "g", config()) > 0)
        #expect(broker.join(client, "g", nil) > 0)
        let other = config { $0.maxDeliver = 9 }
        #expect(broker.ask(client, .join, Frames.join("g", other))?.code == "group.config_differs")
        #expect(broker.ask(client, .join, Frames.join("g", other, update: true))?.code == nil)
        #expect(Harness(disk: broker.log.disk).core.groups["g"]?.config.maxDeliver == 9)
        let volatile = config { $0.durable = false }
        #expect(
            broker.ask(client, .join, Frames.join("g", volatile, update: true))?.code
                == "group.config_differs")
    }

    @Test(
        "names and configurations out of range are refused",
        arguments: ["", "a b", "ä", "a/b", String(repeating: "g", count: 129)])
    func names(name: String) {
        let broker = Harness()
        #expect(broker.ask(broker.connect(), .join, Frames.join(name, config()))?.code == "group.name")
    }

    private static let outOfRange: [(String, @Sendable (inout GroupConfig) -> Void)] = [
        ("ack_wait_ms", { $0.ackWaitMs = 99 }), ("max_deliver", { $0.maxDeliver = 0 }),
        ("max_ack_pending", { $0.maxAckPending = 0 }), ("max_spread", { $0.maxSpread = 0 }),
        ("max_parked", { $0.maxParked = 0 }), ("backoff_ms", { $0.backoffMs = [-1] }),
        ("filters", { $0.filters = [] }),
        ("start_offset", { $0.deliverPolicy = .byOffset }),
        ("start_time", { $0.deliverPolicy = .byTime }),
        ("'a..b'", { $0.filters = ["a..b"] }), ("max_dead_letters", { $0.maxDeadLetters = 0 }),
    ]

    @Test("a configuration out of range is refused and named", arguments: 0..<11)
    func ranges(number: Int) {
        let (name, change) = Self.outOfRange[number]
        let broker = Harness()
        guard
            case .failure(let failure) = broker.ask(
                broker.connect(), .join, Frames.join("g", config(change)))
        else {
            Issue.record("taken")
            return
        }
        #expect(failure.code == "group.config")
        #expect(failure.message.contains(name), "\(failure.message)")
        #expect(broker.core.groups.isEmpty)
    }

    @Test("deliver_policy decides where a new group begins")
    func policy() {
        let broker = Harness()
        let client = broker.connect()
        var times: [UInt64] = []
        for _ in 1...5 {
            broker.advance(milliseconds: 10)
            _ = broker.publish(client, [SampleEvent()])
            times.append(broker.core.clock.time)
        }
        func floor(_ change: (inout GroupConfig) -> Void) -> UInt64? {
            begins(Harness(disk: broker.log.disk), config(change))
        }
        #expect(floor { $0.deliverPolicy = .all } == 1)
        #expect(floor { $0.deliverPolicy = .new } == 6)
        for (asked, floor) in [(0, 1), (3, 3), (6, 6), (9_999, 6)] as [(UInt64, UInt64)] {
            let begun = begins(
                Harness(disk: broker.log.disk),
                config {
                    $0.deliverPolicy = .byOffset
                    $0.startOffset = asked
                })
            #expect(begun == floor)
        }
        for (place, time) in times.enumerated() {
            for (asked, expected) in [(time, place + 1), (time + 1, place + 2)] {
                let begun = begins(
                    Harness(disk: broker.log.disk),
                    config {
                        $0.deliverPolicy = .byTime
                        $0.startTime = asked
                    })
                #expect(begun == UInt64(expected))
            }
        }
    }

    @Test("a group that is not durable goes with its last member and leaves nothing on disk")
    func volatile() {
        let broker = Harness()
        let client = broker.connect()
        let other = broker.connect()
        let volatile = config { $0.durable = false }
        let subscription = broker.join(client, "live", volatile)
        _ = broker.join(other, "live", volatile)
        broker.post(client, .credit, Frames.credit(subscription))
        _ = broker.publish(client, [SampleEvent()])
        let held = client.takeDeliveries()
        _ = broker.ask(
            client, .settle, Frames.settle(subscription, [.init(delivery: held[0].id, kind: .ack)]))
        _ = broker.ask(client, .leave, Frames.leave(subscription))
        #expect(broker.core.groups["live"] != nil)
        broker.drop(other)
        #expect(broker.core.groups["live"] == nil)
        var kinds: [RecordKind?] = []
        for batch in broker.log.disk { batch.forEach { _, record in kinds.append(record.kind) } }
        #expect(kinds == [.event])
    }

    @Test("retention does not wait for a group that is not durable, and does not trip over it")
    func volatileAndTrimmed() {
        let broker = Harness()
        let client = broker.connect()
        let subscription = broker.join(
            client, "live",
            config { change in
                change.durable = false
                change.maxDeliver = 1
                change.onExhausted = .parkKey
            })
        broker.post(client, .credit, Frames.credit(subscription, events: 1))
        for _ in 1...4 { _ = broker.publish(client, [SampleEvent("k")]) }
        let held = client.takeDeliveries()
        #expect(held.map(\.offset) == [1])
        #expect(broker.core.trimLimit(3) == 3)
        broker.core.source.trim(before: 3)
        broker.core.firstOffset = 3
        #expect(broker.core.groups["live"]?.floor == 3)
        let answer = broker.ask(
            client, .settle, Frames.settle(subscription, [.init(delivery: held[0].id, kind: .nak)]))
        guard case .settled(let result) = answer else {
            Issue.record("no answer")
            return
        }
        #expect(result.outcomes == [.fenced])
        broker.post(client, .credit, Frames.credit(subscription))
        broker.turns()
        #expect(client.takeDeliveries().map(\.offset) == [3, 4])
    }

    @Test("durable groups hold retention back")
    func trimLimit() {
        let broker = Harness()
        let client = broker.connect()
        let subscription = broker.join(client, "g", config())
        for _ in 1...4 { _ = broker.publish(client, [SampleEvent()]) }
        #expect(broker.core.trimLimit(4) == 1)
        broker.post(client, .credit, Frames.credit(subscription))
        broker.turns()
        let held = client.takeDeliveries()
        _ = broker.ask(
            client, .settle, Frames.settle(subscription, held.map { .init(delivery: $0.id, kind: .ack) }))
        #expect(broker.core.trimLimit(4) == 4)
    }

    @Test("at the disk's floor only a group that may lose events skips, and it is told")
    func skipLagging() {
        let broker = Harness()
        let client = broker.connect()
        _ = broker.join(client, "safe", config())
        _ = broker.join(client, "lossy", config { $0.onFloor = .skip })
        for _ in 1...3 { _ = broker.publish(client, [SampleEvent()]) }
        let end = broker.core.durableEnd
        broker.core.skipLaggingGroups(to: end, now: broker.now)
        broker.turns()
        #expect(broker.core.groups["lossy"]?.floor == end)
        #expect(broker.core.groups["safe"]?.floor == 1)
        var topics: [String] = []
        for batch in broker.log.disk {
            batch.forEach { _, record in topics.append(SampleEvent(record).topic) }
        }
        #expect(topics.contains("sys.group.lagging"))
    }

    @Test("max_groups bounds how many there are")
    func maxGroups() {
        var limits = BrokerLimits()
        limits.maxGroups = 1
        let broker = Harness(limits: limits)
        let client = broker.connect()
        #expect(broker.join(client, "a", config()) > 0)
        #expect(broker.ask(client, .join, Frames.join("b", config()))?.code == "group.config")
        #expect(broker.join(client, "a", config()) > 0)
    }

    @Test("leaving twice, or a subscription of somebody else, is unknown")
    func leave() {
        let broker = Harness()
        let client = broker.connect()
        let subscription = broker.join(client, "g", config())
        #expect(
            broker.ask(broker.connect(), .leave, Frames.leave(subscription))?.code
                == "subscription.unknown")
        #expect(broker.ask(client, .leave, Frames.leave(subscription))?.code == nil)
        #expect(broker.ask(client, .leave, Frames.leave(subscription))?.code == "subscription.unknown")
    }
}
