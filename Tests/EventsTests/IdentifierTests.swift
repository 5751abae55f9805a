import Events
import Testing

@Suite struct IdentifierTests {
    static let digits = "0123456789abcdef0123456789ABCDEF"

    @Test("A SID is its prefix and 32 hexadecimal digits")
    func strict() throws {
        #expect(try TaskSID("WT\(Self.digits)").text == "WT\(Self.digits)")
        #expect(throws: EventError.sidInvalid(resource: "task", prefix: "WT")) { try TaskSID("WK\(Self.digits)") }
        #expect(throws: EventError.self) { try TaskSID("WT\(Self.digits)0") }
        #expect(throws: EventError.self) { try TaskSID("WT\(Self.digits.dropLast())g") }
        #expect(throws: EventError.self) { try TaskSID("") }
    }

    @Test("The lenient form takes test doubles, still with the right prefix")
    func lenient() throws {
        #expect(try WorkerSID(lenient: "WK_ana-1").text == "WK_ana-1")
        #expect(throws: EventError.self) { try WorkerSID(lenient: "WT_ana") }
        #expect(throws: EventError.self) { try WorkerSID(lenient: "WK") }
        #expect(throws: EventError.self) { try WorkerSID(lenient: "WK é") }
    }

    @Test("Ids follow from the fact alone, and facts that differ have ids that differ")
    func deterministicIDs() throws {
        let event = try TaskRouterEventSID("EV\(Self.digits)")
        #expect(DeterministicID.taskRouter(event: event).text == "EV\(Self.digits)")
        #expect(try DeterministicID.change("onMessageAdded", of: "IM1").text == "onMessageAdded:IM1")
        #expect(
            try DeterministicID.change("onMessageUpdated", of: "IM1", revision: "2026-11-24T09:30:00Z").text
                == "onMessageUpdated:IM1:2026-11-24T09:30:00Z")
        #expect(try DeterministicID.delivery(receipt: "DY1", status: "read").text == "DY1:read")
        #expect(try DeterministicID.call("CA1", sequence: "2").text == "CA1:2")
        #expect(OrderingKey(try CallSID("CA\(Self.digits)")).text == "CA\(Self.digits)")
    }
}
