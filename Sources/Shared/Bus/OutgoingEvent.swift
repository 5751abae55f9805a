public import Events

/// An event on its way to the Broker, already written.
public struct OutgoingEvent: Equatable, Sendable {
    /// Dotted name that filters match: 1…255 bytes.
    public var topic: String
    /// Ordering key: at most 512 bytes.
    public var key: String
    /// Source, line feed and id of the event, at most 1,024 bytes: the same id is stored once; empty: not deduplicated.
    public var id: String
    /// CloudEvents 1.0 JSON, which must agree with topic, key and id.
    public var document: [UInt8]

    public init(topic: String, key: String, id: String, document: [UInt8]) {
        self.topic = topic
        self.key = key
        self.id = id
        self.document = document
    }

    /// Writes `event`.
    /// - Throws: ``EventError`` when the event cannot be written as a CloudEvents document.
    public init(_ event: Event) throws(EventError) {
        self.init(
            topic: event.topic.name, key: event.key.text, id: event.recordID,
            document: try CloudEventJSON.encode(event))
    }

    /// Why the Broker would not take it however often it is sent; nil when it is well formed.
    func problem(maxBytes: Int) -> BusError? {
        let topicBytes = topic.utf8.count
        let keyBytes = key.utf8.count
        let idBytes = id.utf8.count
        if topicBytes == 0 || topicBytes > BusLimits.topicBytes {
            return .atFault("event.topic", "The topic has \(topicBytes) bytes, allowed are 1…\(BusLimits.topicBytes).")
        }
        if keyBytes > BusLimits.keyBytes {
            return .atFault("event.key", "The key has \(keyBytes) bytes, at most \(BusLimits.keyBytes) are allowed.")
        }
        if idBytes > BusLimits.idBytes {
            return .atFault("event.id", "The id has \(idBytes) bytes, at most \(BusLimits.idBytes) are allowed.")
        }
        let bytes = 12 + topicBytes + keyBytes + idBytes + document.count
        guard bytes > maxBytes else { return nil }
        return .atFault("event.too_large", "The event has \(bytes) bytes, the Broker takes at most \(maxBytes).")
    }
}
