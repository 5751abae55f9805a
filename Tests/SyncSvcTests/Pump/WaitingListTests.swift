import Events
import Testing

@testable import SyncSvc

@Suite struct WaitingListTests {
    let pair = PairRecordTests.sid

    func event(_ reason: PumpReason, _ message: Int? = nil, _ details: JSONValue = [:]) throws -> PumpEvent {
        var event = PumpEvent(pair: try pair("1"), side: .flex, reason: reason)
        event.details = details.object ?? JSONObject()
        if let message {
            let digits = String(message, radix: 16)
            event.messageSID = try MessageSID("IM" + String(repeating: "0", count: 32 - digits.count) + digits)
            event.index = message
        }
        return event
    }

    @Test("Any number of new messages is one thing to do; each message that was edited is its own, however often")
    func coalesces() throws {
        var list = WaitingList([])
        for index in 0..<20 { _ = list.add(try event(.message, index)) }
        #expect(list.events.count == 1)
        for index in 0..<3 { #expect(list.add(try event(.edit, index))) }
        #expect(!list.add(try event(.edit, 1)))
        #expect(!list.add(try event(.removal, 2)), "whoever follows the edit sees that it is gone")
        #expect(list.events.map(\.reason) == [.message, .edit])
        #expect(list.events[1].editedMessages == (try (0..<3).map { try event(.edit, $0).messageSID }))
        #expect(list.events[1].index == 2, "what is not copied by then is copied first")
        #expect(WaitingList(list.bytes).events == list.events)
    }

    @Test("Of receipts and read horizons the last one stays, in whatever order they came")
    func lastOne() throws {
        var list = WaitingList([])
        #expect(list.add(try event(.receipt, 1, ["status": "delivered"])))
        #expect(!list.add(try event(.receipt, 1, ["status": "sent"])))
        #expect(list.add(try event(.receipt, 1, ["status": "read"])))
        #expect(list.add(try event(.receipt, 2, ["status": "sent"])))
        #expect(list.add(try event(.read, nil, ["participantSid": "MB1", "lastReadMessageIndex": 4])))
        #expect(!list.add(try event(.read, nil, ["participantSid": "MB1", "lastReadMessageIndex": 3])))
        #expect(list.events.map { $0.details["status"]?.string } == ["read", "sent", nil])
    }

    @Test("People, state and attributes are one thing each; each acceptance is kept")
    func others() throws {
        var list = WaitingList([])
        for reason in [PumpReason.participant, .state, .attributes, .participant, .state] {
            _ = list.add(try event(reason, nil, ["taskSid": "WT1"]))
        }
        for task in ["WT1", "WT2", "WT1"] { _ = list.add(try event(.accepted, nil, ["taskSid": .string(task)])) }
        #expect(list.events.map(\.reason) == [.participant, .state, .attributes, .accepted, .accepted])
    }

    @Test("Edits of different messages stand in different entries, so that 1,000 of them are exact")
    func shards() throws {
        var lists: [String: WaitingList] = [:]
        for index in 0..<1_000 {
            var event = try event(.edit, index)
            // As the provider draws them: the digits are random.
            event.messageSID = try MessageSID("IM" + format(index &* 2_654_435_761) + String(repeating: "0", count: 24))
            let shard = try #require(WaitingList.shard(event))
            let isNew = lists[shard, default: WaitingList([])].add(event)
            #expect(isNew)
        }
        #expect(lists.values.reduce(0) { $0 + ($1.events.first?.editedMessages.count ?? 0) } == 1_000)
        #expect(lists.values.allSatisfy { $0.events.map(\.reason) == [.edit] })
        #expect(lists.count > 100)
        #expect(WaitingList.shard(try event(.message, 1)) == nil)
    }

    private func format(_ number: Int) -> String {
        let digits = String(UInt32(truncatingIfNeeded: number), radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    @Test("Too many things become one repair; acceptances stay")
    func overflows() throws {
        var list = WaitingList([])
        let limits = WaitingList.Limits(events: 5, messages: 5)
        _ = list.add(try event(.accepted), limits: limits)
        for index in 0..<9 { _ = list.add(try event(.edit, index), limits: limits) }
        #expect(list.events.map(\.reason) == [.accepted, .repair])
    }
}
