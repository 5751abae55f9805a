import Events

/// Hides personal data in what is shown of an event.
///
/// Rules, in this order (docs/operations.md prints them too):
/// 1. SIDs, UUIDs, numbers, booleans and times stay: without them nothing could be traced.
/// 2. A field that holds content (`body`, `text`, `message`, `subject`, `note`, …) becomes its length: `[23 characters]`.
/// 3. A field that names a person or an address of one (`from`, `to`, `author`, `identity`, `*name`, `*address`, …) keeps
///    its first character: `A…`. Names of things (`workflowName`, `taskQueueName`, `activityName`, …) stay.
/// 4. In every other text, phone numbers keep their first three and last two characters (`+34…89`), e-mail addresses
///    their first character (`a…@…`), also in the escaped form of identities (`alice_40example_2Ecom`).
/// 5. A text that is itself JSON (attributes of tasks, workers, conversations) is masked inside by the same rules.
///
/// Unknown fields are searched for numbers and addresses only: a name in the middle of a free text stays. Whoever sees
/// masked output may be told so; it is not anonymous.
struct Mask: Sendable {
    /// Deepest JSON inside JSON that is looked into; deeper text is replaced as content.
    static let depthLimit = 4

    /// The event with its subject, key and data masked.
    func masked(_ event: Event) -> Event {
        var event = event
        event.subject = event.subject.map { text($0, depth: 0) }
        if let key = try? OrderingKey(text(event.key.text, depth: 0)) { event.key = key }
        event.correlationID = event.correlationID.map { text($0, depth: 0) }
        switch event.data.form {
        case .json:
            if let data = event.data.json { event.data = EventData(value(data, field: "", depth: 0)) }
        case .binary:
            event.data = EventData(.string(Self.length(event.data.bytes.count, "bytes")))
        case .none: break
        }
        event.extensions = JSONObject(
            event.extensions.members.map { ($0.name, value($0.value, field: $0.name, depth: 0)) })
        return event
    }

    /// A text outside an event, such as a reason or a key.
    func masked(_ text: String) -> String {
        self.text(text, depth: 0)
    }

    private func value(_ value: JSONValue, field: String, depth: Int) -> JSONValue {
        switch value {
        case .string(let text): .string(string(text, field: field, depth: depth))
        case .array(let items): .array(items.map { self.value($0, field: field, depth: depth) })
        case .object(let object):
            .object(JSONObject(object.members.map { ($0.name, self.value($0.value, field: $0.name, depth: depth)) }))
        case .number, .bool, .null: value
        }
    }

    private func string(_ text: String, field: String, depth: Int) -> String {
        guard !text.isEmpty, !Pattern.isIdentifier(text), !Pattern.isTime(text) else { return text }
        if text.first == "{" || text.first == "[", let inner = try? JSONValue(parsing: Array(text.utf8)) {
            guard depth < Self.depthLimit else { return Self.length(text.count, "characters") }
            return value(inner, field: field, depth: depth + 1).description
        }
        switch FieldKind(field: field) {
        case .content: return Self.length(text.count, "characters")
        case .person: return person(text)
        case .harmless: return text
        case .unknown: return self.text(text, depth: depth)
        }
    }

    /// Keeps the first character, and a channel in front (`whatsapp:`, `client:`, `sip:`).
    private func person(_ text: String) -> String {
        if Pattern.hasPhoneOrEmail(text) { return self.text(text, depth: 0) }
        if let colon = text.firstIndex(of: ":"), text[..<colon].allSatisfy({ $0.isLetter && $0.isASCII }) {
            return text[...colon] + person(String(text[text.index(after: colon)...]))
        }
        return text.first.map { "\($0)…" } ?? ""
    }

    private func text(_ text: String, depth: Int) -> String {
        guard !Pattern.isIdentifier(text), !Pattern.isTime(text) else { return text }
        return Pattern.hidingPhonesAndEmails(in: text)
    }

    private static func length(_ count: Int, _ unit: String) -> String { "[\(count) \(unit)]" }
}
