import Events
import Testing

@testable import CRMBridgeSvc

@Suite struct BridgeEventTests {
    private func read(_ topic: Topic, _ data: JSONValue, at: UInt64 = 5_000, received: Int = 5_400) throws
        -> BridgeEvent?
    {
        let event = Event(
            id: try EventID("1"), source: try EventSource("/twilio/flex"), topic: topic, key: try OrderingKey("k"),
            time: Timestamp(unixMilliseconds: at), data: data)
        return BridgeEvent(event, received: received)
    }

    @Test(
        "Each step of a reservation is a mark of one offer",
        arguments: zip(
            [
                "task.reserved", "task.accepted", "task.rejected", "task.timeout", "task.rescinded", "task.canceled",
                "task.wrapping", "task.completed",
            ] as [Topic],
            [.offered, .accepted, .rejected, .missed, .rescinded, .canceled, .wrapping, .completed]
                as [Interaction.Mark]))
    func reservations(topic: Topic, mark: Interaction.Mark) throws {
        let data: JSONValue = ["taskSid": "WT1", "reservationSid": "WR1", "workerName": "ana"]
        #expect(try read(topic, data) == .reservation(task: "WT1", reservation: "WR1", agent: "ana", mark, at: 5_000))
    }

    @Test("What ends a whole task withdraws it from whoever has it; its wrap-up says nothing new")
    func tasks() throws {
        #expect(try read("task.canceled", ["taskSid": "WT1"]) == .task("WT1", .canceled, at: 5_000))
        #expect(try read("task.completed", ["taskSid": "WT1"]) == .task("WT1", .canceled, at: 5_000))
        #expect(try read("task.wrapping", ["taskSid": "WT1"]) == nil)
    }

    @Test("A leg is known by its callback's queries, a conference by its name; other calls are none of ours")
    func calls() throws {
        #expect(
            try read("call.failed", ["callSid": "CA1", "callStatus": "busy", "dialId": "DL1", "leg": "customer"])
                == .leg(of: "DL1", .customer, .customerEnded, call: "CA1", status: "busy", at: 5_400))
        let step = Interaction.Step(kind: .hold, call: "CA1", label: "customer", at: 5_400)
        #expect(
            try read(
                "call.held",
                [
                    "callSid": "CA1", "conferenceSid": "CF1", "friendlyName": "WT1", "sequenceNumber": 7,
                    "statusCallbackEvent": "participant-hold", "raw": ["ParticipantLabel": "customer"],
                ]) == .conference(of: "WT1", .step(step, key: "CF1:000007", conference: "CF1")))
        #expect(try read("call.answered", ["callSid": "CA1"]) == nil)
        #expect(
            try read("call.held", ["callSid": "CA1", "conferenceSid": "CF1", "friendlyName": "their room"]) == nil)
    }

    @Test(
        "A whole second of the provider is made finer by the receipt, never left",
        arguments: [
            (5_000, 5_400, 5_400), (5_000, 9_000, 5_999), (5_000, 4_000, 5_000), (5_001, 5_400, 5_001),
        ])
    func times(second: Int, received: Int, time: Int) {
        #expect(BridgeEvent.refined(second, received: received) == time)
    }

    @Test("A task's attributes say who the customer is; only allowed ones are shown")
    func facts() {
        let facts = TaskFacts([
            "taskChannelUniqueName": "voice", "taskQueueSid": "WQ1", "taskQueueName": "Everyone",
            "taskAttributes": [
                "from": "+34600111222", "to": "+34911111111", "name": "+34600111222", "call_sid": "CA1",
                "contactId": "c-7", "secret": "x", "level": "gold", "nested": ["a": 1],
            ],
        ])
        #expect(facts.channel == .voice)
        #expect(facts.direction == .inbound)
        #expect(facts.customerName == nil)
        #expect(facts.allowed(["level", "nested", "missing"]) == JSONObject([("level", "gold")]))
        #expect(facts.query(region: "ES") == ContactQuery(phone: "+34600111222", region: "ES", id: "c-7"))
        let chat = TaskFacts([
            "taskChannelUniqueName": "chat",
            "taskAttributes": ["channelType": "whatsapp", "from": "whatsapp:+34600111222", "conversationSid": "CH1"],
        ])
        #expect(chat.channel == .whatsapp)
        #expect(chat.query(region: nil).phone == "+34600111222")
        #expect(chat.conversationSID == "CH1")
    }

    @Test("An agent's own lines are told from the customer's, escaped or not")
    func lines() {
        func isOut(_ author: String) -> Bool {
            ChatLine(sid: "IM1", index: 0, author: author, agent: "ana.ruiz", body: "", time: 0, media: 0).isOutgoing
        }
        #expect(isOut("ana.ruiz") && isOut("ana_2Eruiz") && !isOut("+34600111222") && !isOut("ana"))
    }
}
