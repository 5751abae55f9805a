import Events
import Testing

@testable import SyncSvc

@Suite struct WaitingListTests {
    let pair = PairRecordTests.sid

    func event(_ reason: PumpReason, _ message: Int? = nil) throws -> PumpEvent {
        var event = PumpEvent(pair: try pair("1"), side: .flex, reason: reason)
        if let message {
            event.messageSID = try MessageSID("IM" + String(repeating: "\(message % 10)", count: 32))
            event.index = message
        }
        return event
    }

    @Test("Any number of new messages is one thing to do; each edit is its own")
    func coalesces() throws {
        var list = WaitingList([])
        for index in 0..<20 { _ = list.add(try event(.message, index), limit: 100) }
        #expect(list.events.count == 1)
        for index in 0..<3 { #expect(list.add(try event(.edit, index), limit: 100)) }
        #expect(!list.add(try event(.edit, 1), limit: 100))
        #expect(list.events.count == 4)
        #expect(WaitingList(list.bytes).events == list.events)
    }

    @Test("Too many things become one repair")
    func overflows() throws {
        var list = WaitingList([])
        _ = list.add(try event(.accepted), limit: 5)
        for index in 0..<9 { _ = list.add(try event(.edit, index), limit: 5) }
        #expect(list.events.map(\.reason) == [.accepted, .repair])
    }
}
