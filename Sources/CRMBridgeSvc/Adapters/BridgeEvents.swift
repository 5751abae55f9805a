import Bus
import Events

/// The events that the bridge publishes.
struct BridgeEvents: Sendable {
    static let source = "/crm"
    /// How long a browser may take to show a record.
    static let popLifetime = Duration.seconds(60)

    let dispositions: DispositionSettings
    let now: @Sendable () -> Timestamp

    func updated(
        _ interaction: Interaction, _ change: String, message: JSONValue? = nil, id: String? = nil
    ) throws -> OutgoingEvent {
        var data = JSONObject([
            ("agentId", .string(interaction.agentID)), ("event", .string(change)),
            ("interaction", interaction.view(dispositions)),
        ])
        data["message"] = message
        return try event(
            "interaction.updated", id: id ?? "\(interaction.key):\(interaction.revision)", key: interaction.agentID,
            correlation: interaction.id, .object(data))
    }

    func pop(_ interaction: Interaction, trigger: String, id: String) throws -> OutgoingEvent {
        var query = JSONObject()
        let address = interaction.customerAddress
        if address.hasPrefix("+") { query["phone"] = .string(address) }
        query["email"] = interaction.customerEmail.map { .string($0) }
        query["name"] = interaction.customerName.map { .string($0) }
        var data = JSONObject([
            ("popId", .string(id)), ("agentId", .string(interaction.agentID)),
            ("interactionId", .string(interaction.id)), ("trigger", .string(trigger)),
            ("outcome", .string(interaction.popOutcome)),
            ("matches", .array(interaction.matches.map(\.json))), ("truncated", .bool(interaction.isMatchListCut)),
            ("query", .object(query)), ("defaults", .object(query)),
        ])
        data["record"] = interaction.record?.json
        return try event(
            "pop.requested", id: "pop:\(id)", key: interaction.agentID, correlation: interaction.id, .object(data),
            expires: now().advanced(by: Self.popLifetime))
    }

    func accepted(_ dial: DialRequest, status: String, e164: String, _ more: [(String, JSONValue)] = []) throws
        -> OutgoingEvent
    {
        var data = JSONObject([
            ("dialId", .string(dial.dialID)), ("agentId", .string(dial.agentID)), ("status", .string(status)),
            ("e164", .string(e164)), ("interactionId", .string(dial.dialID)),
        ])
        for (name, value) in more { data[name] = value }
        return try event(
            "dial.accepted", id: "dial:\(dial.dialID):accepted", key: dial.agentID, correlation: dial.dialID,
            .object(data))
    }

    func refused(_ dial: DialRequest, _ refusal: DialRefusal) throws -> OutgoingEvent {
        var data = JSONObject([
            ("dialId", .string(dial.dialID)), ("agentId", .string(dial.agentID)),
            ("reason", .string(refusal.reason.rawValue)), ("detail", .string(refusal.detail)),
        ])
        data["remedy"] = refusal.remedy.map { .string($0) }
        return try event(
            "dial.refused", id: "dial:\(dial.dialID):refused", key: dial.agentID, correlation: dial.dialID,
            .object(data))
    }

    /// A call of which nobody knows whether it was created.
    func unknownCall(_ interaction: Interaction, leg: DialMachine.Who) throws -> OutgoingEvent {
        try event(
            "call.failed", id: "call:\(interaction.id):\(leg.rawValue):unknown", key: interaction.id,
            correlation: interaction.id,
            [
                "callSid": .string("unknown"), "dialId": .string(interaction.id), "leg": .string(leg.rawValue),
                "reason": "unknown", "agentId": .string(interaction.agentID),
            ])
    }

    func agent(_ record: AgentRecord, view: JSONValue) throws -> OutgoingEvent {
        try event(
            "agent.updated", id: "agent:\(record.agentID):\(now().unixNanoseconds)", key: record.agentID,
            ["agentId": .string(record.agentID), "agent": view])
    }

    func popped(_ pop: JSONObject, id: String, interaction: String) throws -> OutgoingEvent {
        try event("screen.popped", id: "popped:\(id)", key: interaction, correlation: interaction, .object(pop))
    }

    func wrapUpDue(_ interaction: Interaction, at time: Int) throws -> OutgoingEvent {
        try event(
            "interaction.wrapup_due", id: "wrapup:\(interaction.id)", key: interaction.id, correlation: interaction.id,
            [
                "interactionId": .string(interaction.id), "agentId": .string(interaction.agentID),
                "dueTs": .number(JSONNumber(time)),
            ])
    }

    /// Asks later what became of an interaction; `reason` tells several such questions apart.
    func checkDue(_ interaction: Interaction, _ reason: String) throws -> OutgoingEvent {
        try event(
            "interaction.check_due", id: "check:\(interaction.key)\(reason)", key: interaction.id + reason,
            correlation: interaction.id,
            ["interactionId": .string(interaction.id), "agentId": .string(interaction.agentID)])
    }

    private func event(
        _ topic: Topic, id: String, key: String, correlation: String? = nil, _ data: JSONValue,
        expires: Timestamp? = nil
    ) throws -> OutgoingEvent {
        var event = Event(
            id: try EventID(id), source: try EventSource(Self.source), topic: topic, key: try OrderingKey(key),
            time: now(), data: data)
        event.expiresAt = expires
        event.correlationID = correlation
        try TopicCatalogue.validate(event)
        return try OutgoingEvent(event)
    }
}
