import Events

/// What the CRM is told about one interaction of one agent, when it is over.
///
/// The same interaction always has the same ``id``; a later one with a higher revision replaces an earlier one.
struct ActivityLog: Hashable, Sendable {
    enum Outcome: String, Hashable, Sendable, CaseIterable {
        case completed, busy, failed, cancelled, missed, rejected, voicemail
        case noAnswer = "no_answer"
    }

    var interactionID: String
    var revision: Int
    var agentID: String
    var channel: Channel
    var direction: CallDirection
    var from: String
    var to: String
    /// The record that the agent chose, or the only match.
    var record: CRMRecord?
    /// Unix milliseconds.
    var started: Int
    var ended: Int
    /// Milliseconds by the provider's clock.
    var ring = 0
    var talk = 0
    var hold = 0
    var wrap = 0
    var outcome: Outcome
    var dispositionCode: String?
    var notes: String?
    var queue: String?
    var customerName: String?

    /// The activity's key everywhere: an interaction has one agent.
    var id: String { interactionID }
}

extension ActivityLog {
    var json: JSONValue {
        var object = JSONObject([
            ("interactionId", .string(interactionID)), ("revision", .number(JSONNumber(revision))),
            ("agentId", .string(agentID)), ("channel", .string(channel.rawValue)),
            ("direction", .string(direction.rawValue)), ("from", .string(from)), ("to", .string(to)),
        ])
        object["record"] = record?.json
        for (name, value) in [
            ("startedTs", started), ("endedTs", ended), ("ringMs", ring), ("talkMs", talk), ("holdMs", hold),
            ("wrapMs", wrap),
        ] { object[name] = .number(JSONNumber(value)) }
        object["outcome"] = .string(outcome.rawValue)
        for (name, text) in [
            ("dispositionCode", dispositionCode), ("notes", notes), ("queue", queue), ("customerName", customerName),
        ] { object[name] = text.map { .string($0) } }
        return .object(object)
    }

    /// Reads what ``json`` writes.
    init?(_ json: JSONValue) {
        func text(_ name: String) -> String? { json[name]?.string }
        func count(_ name: String) -> Int { Int(json[name]?.integer ?? 0) }
        guard let interaction = text("interactionId"), let agent = text("agentId"),
            let channel = text("channel").flatMap(Channel.init), let outcome = text("outcome").flatMap(Outcome.init),
            let direction = text("direction").flatMap(CallDirection.init)
        else { return nil }
        self.init(
            interactionID: interaction, revision: count("revision"), agentID: agent, channel: channel,
            direction: direction, from: text("from") ?? "", to: text("to") ?? "", record: CRMRecord(json["record"]),
            started: count("startedTs"), ended: count("endedTs"), ring: count("ringMs"), talk: count("talkMs"),
            hold: count("holdMs"), wrap: count("wrapMs"), outcome: outcome, dispositionCode: text("dispositionCode"),
            notes: text("notes"), queue: text("queue"), customerName: text("customerName"))
    }
}
