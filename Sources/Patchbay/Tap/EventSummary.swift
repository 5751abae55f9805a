import Events

/// What an event says, in the few words that fit into a line.
enum EventSummary {
    /// Fields worth showing first, by the family of the topic.
    private static let fields: [String: [String]] = [
        "task": ["taskSid", "workerName", "workerSid", "reservationSid", "reason"],
        "worker": ["workerName", "workerSid", "activityName"],
        "conversation": ["conversationSid", "friendlyName", "state", "reason"],
        "participant": ["conversationSid", "identity", "address"],
        "message": ["author", "body", "conversationSid", "index"],
        "delivery": ["status", "messageSid"],
        "call": ["callSid", "status", "from", "to", "duration"],
        "dial": ["to", "agent", "reason"],
        "extensions": ["version", "count"],
    ]
    /// Fields shown where the family is not known, at most.
    private static let fallbackFields = 4

    /// `taskSid=WT…e1 workerName=A…`; empty when there is nothing to say.
    static func text(_ event: Event) -> String {
        guard let data = event.data.json else {
            return event.data.form == .binary ? "\(event.data.bytes.count) bytes" : ""
        }
        guard let object = data.object else { return data.description }
        let family = String(event.topic.name.prefix { $0 != "." })
        let parts = (fields[family] ?? []).compactMap { name in object[name].flatMap { part(name, $0) } }
        if !parts.isEmpty { return parts.joined(separator: " ") }
        return object.members.lazy.compactMap { part($0.name, $0.value) }.prefix(fallbackFields)
            .joined(separator: " ")
    }

    private static func part(_ name: String, _ value: JSONValue) -> String? {
        switch value {
        case .string(let text):
            guard !text.isEmpty else { return nil }
            let short = text.utf8.count == 34 ? DisplayText.shortened(text, to: 10) : text
            return "\(name)=\(short.contains(" ") ? "\"\(short)\"" : short)"
        case .number, .bool: return "\(name)=\(value)"
        case .null, .array, .object: return nil
        }
    }
}
