import Bus
import Events

/// One handling of one agent: the record as it is stored, and as it is becoming.
struct AgentVisit: Sendable {
    let agent: String
    /// Names the event that is handled: the same each time it is.
    let cause: String
    /// What the map holds.
    var stored: AgentRecord
    /// Its revision; 0: nothing.
    var revision: UInt64
    /// What it will hold with the settlement.
    var record: AgentRecord
    /// Whether an earlier attempt began to write and did not come to its end: what it wrote is looked for.
    let isRepeated: Bool
    /// What the agent was told, for `agent.notified`.
    var notices: [String] = []
    /// Says that the handling goes on: asked for before each step that takes requests.
    let goesOn: @Sendable () async -> Void

    init(
        agent: String, cause: String, record: AgentRecord, revision: UInt64,
        goesOn: @escaping @Sendable () async -> Void
    ) {
        self.goesOn = goesOn
        self.agent = agent
        self.cause = cause.replacing("\n", with: "#")
        stored = record
        self.record = record
        self.revision = revision
        isRepeated = record.intent != nil
    }

    /// The events that tell of it: one for each kind of notice.
    func notified() throws(EventError) -> [OutgoingEvent] {
        var events: [OutgoingEvent] = []
        for notice in notices {
            let event = Event(
                id: try EventID("notified:\(notice):\(cause)"),
                source: try EventSource(AgentEvent.source), topic: "agent.notified", key: try OrderingKey(agent),
                data: ["agent": .string(agent), "notice": .string(notice)])
            do { events.append(try OutgoingEvent(event)) } catch { continue }
        }
        return events
    }
}
