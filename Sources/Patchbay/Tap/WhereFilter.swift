import Events

/// One `--where` condition on an event.
///
/// The field is an attribute of the event (`id`, `source`, `type`, `subject`, `time`, `partitionkey`, `correlationid`,
/// `causationid`) or a path into its data: `taskSid`, `data.raw.WorkerName`, `media.0.contentType`. A name that is both
/// means the attribute; `data.` in front says otherwise.
struct WhereFilter: Hashable, Sendable {
    enum Comparison: String, Sendable {
        case equals = "="
        case differs = "!="
        case contains = "~"
    }

    let path: [String]
    let comparison: Comparison
    let value: String

    /// Reads `field=value`, `field!=value` or `field~part`.
    ///
    /// - Throws: ``StartPosition/Problem`` when there is no operator or no field.
    init(_ text: String) throws(StartPosition.Problem) {
        guard let mark = text.firstIndex(where: { $0 == "=" || $0 == "~" }) else {
            throw .init("'\(text)' is not of the form field=value, field!=value or field~part")
        }
        var field = text[..<mark]
        if text[mark] == "~" {
            comparison = .contains
        } else if field.last == "!" {
            comparison = .differs
            field.removeLast()
        } else {
            comparison = .equals
        }
        value = String(text[text.index(after: mark)...])
        path = field.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard path.allSatisfy({ !$0.isEmpty }) else { throw .init("'\(text)' has an empty field name") }
    }

    /// Whether the event fulfils the condition; a field that is absent differs from every value.
    func matches(_ event: Event) -> Bool {
        let found = text(in: event)
        switch comparison {
        case .equals: return found == value
        case .differs: return found != value
        case .contains: return found?.contains(value) ?? false
        }
    }

    private func text(in event: Event) -> String? {
        if path.count == 1, let attribute = attribute(path[0], of: event) { return attribute }
        var value = event.data.json
        for name in path[0] == "data" && path.count > 1 ? path[1...] : path[0...] {
            guard let current = value else { return nil }
            value = Int(name).flatMap { current[$0] } ?? current[name]
        }
        return value.flatMap(Self.text)
    }

    private func attribute(_ name: String, of event: Event) -> String? {
        switch name {
        case "id": event.id.text
        case "source": event.source.path
        case "type", "topic": event.topic.name
        case "subject": event.subject
        case "time": event.time?.rfc3339
        case "partitionkey", "key": event.key.text
        case "correlationid": event.correlationID
        case "causationid": event.causationID
        case "replayof": event.replayOf
        default: nil
        }
    }

    private static func text(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): text
        case .null: nil
        default: value.description
        }
    }
}
