/// Why a value is not a valid event, or a part of one.
///
/// ``code`` is for machines and never changes; ``description`` is for people and may. No description carries a payload,
/// an ordering key or an identifier: those can be personal data.
public enum EventError: Error, Hashable, Sendable {
    case topicInvalid(reason: String)
    case filterInvalid(reason: String)
    case keyInvalid(sizeBytes: Int)
    case idInvalid(sizeBytes: Int)
    case sourceInvalid(sizeBytes: Int)
    case sidInvalid(resource: String, prefix: String)
    case timestampInvalid
    case documentTooLarge(sizeBytes: Int)
    case jsonMalformed(offset: Int, reason: String)
    case attributeMissing(name: String)
    case attributeInvalid(name: String, expected: String)
    case dataMissing(topic: String, field: String)

    /// A stable name for logs, metrics and problem documents.
    public var code: String {
        switch self {
        case .topicInvalid: "events.topic_invalid"
        case .filterInvalid: "events.filter_invalid"
        case .keyInvalid: "events.key_invalid"
        case .idInvalid: "events.id_invalid"
        case .sourceInvalid: "events.source_invalid"
        case .sidInvalid: "events.sid_invalid"
        case .timestampInvalid: "events.timestamp_invalid"
        case .documentTooLarge: "events.document_too_large"
        case .jsonMalformed: "events.json_malformed"
        case .attributeMissing: "events.attribute_missing"
        case .attributeInvalid: "events.attribute_invalid"
        case .dataMissing: "events.data_missing"
        }
    }
}

extension EventError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .topicInvalid(let reason):
            "Not a topic: \(reason). Tokens of [A-Za-z0-9_-] joined by dots, at most \(EventLimits.topicBytes) bytes."
        case .filterInvalid(let reason):
            "Not a topic filter: \(reason). A topic in which '*' stands for one token and a last '>' for one or more."
        case .keyInvalid(let size):
            "Ordering key of \(size) bytes; it has 1 to \(EventLimits.keyBytes) bytes of UTF-8."
        case .idInvalid(let size):
            "Source and id come to \(size) bytes; both are required, and together with the line feed between them have "
                + "at most \(EventLimits.idBytes) bytes and no control characters."
        case .sourceInvalid(let size):
            "Source of \(size) bytes; a URI reference such as /twilio/main, without spaces and control characters."
        case .sidInvalid(let resource, let prefix):
            "Not the SID of a \(resource): expected \(prefix) and 32 hexadecimal digits."
        case .timestampInvalid:
            "Not an RFC 3339 time between 1970 and 2554, such as 2026-11-24T09:30:00.250Z."
        case .documentTooLarge(let size):
            "Event document of \(size) bytes exceeds the limit of \(EventLimits.documentBytes) bytes. "
                + "Large content belongs in a store of its own, with a reference in the event."
        case .jsonMalformed(let offset, let reason):
            "Malformed JSON at byte \(offset): \(reason)."
        case .attributeMissing(let name):
            "The CloudEvents attribute '\(name)' is missing."
        case .attributeInvalid(let name, let expected):
            "The CloudEvents attribute '\(name)' is not \(expected)."
        case .dataMissing(let topic, let field):
            "An event of topic '\(topic)' needs the field '\(field)' in its data; see the topic table in docs/."
        }
    }
}
