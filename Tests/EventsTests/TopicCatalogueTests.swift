import Events
import Testing

@Suite struct TopicCatalogueTests {
    /// The names of design.md §4 and `sync.agent`, and of the CRM bridge; the first four are fixed by the customer.
    static let promised = """
        task.reserved message.added dial.requested extensions.published
        task.created task.accepted task.rejected task.timeout task.rescinded task.wrapping task.completed task.canceled
        task.transferred worker.updated conversation.added conversation.updated conversation.closed participant.added
        participant.removed message.updated message.removed delivery.updated sync.pump message.replicated
        conversation.paired conversation.repaired agent.notified dial.accepted dial.refused call.ringing call.answered
        call.held call.resumed call.ended call.failed screen.popped interaction.completed activity.logged case.created
        extensions.changed extensions.publish_failed sys.group.lagging sys.dead_letter sys.gateway.rejected
        sys.journal.degraded sys.tap.head sys.audit sync.agent interaction.updated agent.updated pop.requested
        activity.due activity.failed interaction.wrapup_due interaction.check_due
        """.split { $0 == " " || $0 == "\n" }.map(String.init)

    @Test("The catalogue has every topic of the design, once, and no other")
    func isComplete() {
        #expect(TopicCatalogue.entries.map(\.topic.name).sorted() == Self.promised.sorted())
    }

    @Test("The rendered table has a line for every topic and family")
    func rendersMarkdown() {
        let table = TopicCatalogue.markdown()
        for entry in TopicCatalogue.entries { #expect(table.contains("| `\(entry.topic)` |")) }
        #expect(
            table.split(separator: "\n").count
                == 2 + TopicCatalogue.entries.count + TopicCatalogue.passThrough.count)
    }

    @Test("Validation names the field that is missing, and lets foreign topics pass")
    func validates() throws {
        var event = try Event(
            id: EventID("1"), source: EventSource("/s"), topic: "task.reserved", key: OrderingKey("k"),
            data: ["taskSid": "WT1", "reservationSid": nil])
        #expect(throws: EventError.dataMissing(topic: "task.reserved", field: "reservationSid")) {
            try TopicCatalogue.validate(event)
        }
        event.data = EventData(["taskSid": "WT1", "reservationSid": "WR1"])
        try TopicCatalogue.validate(event)
        event.topic = "acme.anything"
        event.data = .none
        try TopicCatalogue.validate(event)
    }

    @Test("A request must say when it expires")
    func requestsExpire() throws {
        var event = try Event(
            id: EventID("1"), source: EventSource("/s"), topic: "dial.requested", key: OrderingKey("k"),
            data: ["dialId": "DL1", "agentId": "ana", "number": "1"])
        #expect(throws: EventError.attributeMissing(name: "expiresat")) { try TopicCatalogue.validate(event) }
        event.expiresAt = Timestamp(unixNanoseconds: 1)
        try TopicCatalogue.validate(event)
    }
}
