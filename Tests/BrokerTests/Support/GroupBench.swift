import Wire

@testable import Broker

/// One group machine with records and members, and nothing else of a Broker.
struct GroupBench {
    var group: GroupMachine
    var source = MemorySource()
    let topics = TopicTable(limit: 1_000)
    var end: UInt64 = 1
    /// Monotonic nanoseconds.
    var now: UInt64 = 1_000_000_000
    var time: UInt64 = 5_000

    /// What a member got.
    struct Got: Equatable {
        var member: UInt32
        var delivery: Delivered
        var offset: UInt64 { delivery.offset }
        var key: String { delivery.event.key }
    }

    init(filters: [String] = [">"], _ configure: (inout GroupConfig) -> Void = { _ in }) {
        var config = GroupConfig(filters: filters)
        config.backoffMs = []
        configure(&config)
        group = GroupMachine(name: "g", config: config, start: 1, epoch: 3)
    }

    /// Makes one durable batch of events with these keys.
    @discardableResult
    mutating func publish(_ keys: String..., topic: String = "task.created", payload: String = "{}")
        -> [UInt64]
    {
        append(keys.map { SampleEvent($0, topic: topic, payload: payload).record })
    }

    @discardableResult
    mutating func append(_ records: [[UInt8]]) -> [UInt64] {
        let batch = records.flatMap { $0 }.withUnsafeBytes {
            StoredBatch(base: end, time: time, records: $0, topics: topics)
        }
        source.append(batch)
        end = batch.end
        return Array(batch.base..<batch.end)
    }

    /// Journals a redrive of a dead letter, as the admin does.
    mutating func redrive(_ offset: UInt64) {
        guard let letter = group.deadLetters[offset] else { return }
        var record: [UInt8] = []
        record.putRecord(
            kind: .redrive, topic: EmptyCollection(), key: group.name.utf8, id: EmptyCollection(),
            payload: RedriveRecord.bytes(of: letter))
        group.removeDeadLetter(offset)
        append([record])
    }

    /// A member with credit; its session has its number plus 100.
    mutating func join(_ member: UInt32, events: UInt32 = 100, bytes: UInt64 = 1 << 20) {
        group.join(subscription: member, session: member + 100)
        grant(member, events: events, bytes: bytes)
    }

    mutating func grant(_ member: UInt32, events: UInt32 = 100, bytes: UInt64 = 1 << 20) {
        group.grant(CreditBody(subscription: member, events: events, bytes: bytes))
    }

    /// Dispatches until nothing more is handed out.
    mutating func deliver() -> [Got] {
        while group.dispatch(now: now, records: &source, topics: topics) {}
        return takeMessages().got
    }

    /// Everything that waits for members.
    mutating func takeMessages() -> (got: [Got], revoked: [UInt64]) {
        defer { group.outgoing = [] }
        var got: [Got] = []
        var revoked: [UInt64] = []
        for outgoing in group.outgoing {
            switch try? Message(outgoing.frame) {
            case .deliver(let subscription, let deliveries):
                got += deliveries.map { Got(member: subscription, delivery: $0) }
            case .revoked(_, let ids): revoked += ids
            default: fatalError("a group sends nothing else")
            }
        }
        return (got, revoked)
    }

    mutating func settle(
        _ got: Got, _ kind: Outcome.Kind, delay: UInt32 = 0, reason: String = ""
    ) -> OutcomeStatus {
        let outcome = Outcome(delivery: got.delivery.id, kind: kind, delay: delay, reason: reason)
        return group.settle(outcome, by: got.member, now: now, time: time, records: &source)
    }

    mutating func ack(_ got: [Got]) { for one in got { _ = settle(one, .ack) } }

    mutating func leave(_ member: UInt32, _ leaving: GroupMachine.Leaving) {
        group.leave(member, leaving, now: now, time: time, records: &source)
    }

    /// Time passes and is noticed.
    mutating func wait(_ milliseconds: UInt64) {
        now += milliseconds * 1_000_000
        group.tick(now: now, time: time, records: &source)
    }

    /// The group after a restart, from the records that it would have journalled so far.
    mutating func restarted(_ settlements: [SettlementRecord]) -> GroupBench {
        var again = self
        again.group = GroupMachine(name: "g", config: group.config, start: 1, epoch: 4)
        for settlement in settlements { again.group.replay(settlement) }
        again.group.finishReplay()
        return again
    }
}
