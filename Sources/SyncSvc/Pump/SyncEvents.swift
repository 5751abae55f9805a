import Bus
import Events

/// Writes the events that SyncSvc publishes about pairs; their key is the pair's id.
///
/// Ids and contents follow from what happened alone, so that an event published again is the same one.
enum SyncEvents {
    static let source = PumpEvent.source

    /// `message.replicated`: a message was copied to the other side.
    static func replicated(_ message: CopiedMessage, pair: PairRecord) throws(EventError) -> OutgoingEvent {
        var writer = JSONWriter(capacity: 384)
        writer.raw("{\"pair\":")
        writer.string(pair.id.text)
        writer.raw(",\"from\":")
        writer.string(message.to.other.rawValue)
        writer.raw(",\"to\":")
        writer.string(message.to.rawValue)
        writer.raw(",\"conversationSid\":")
        writer.string(pair.conversations[message.to]?.text ?? "")
        writer.raw(",\"sourceSid\":")
        writer.string(message.source.sid.text)
        writer.raw(",\"messageSid\":")
        writer.string(message.copy.sid.text)
        writer.raw(",\"sourceIndex\":")
        writer.integer(message.source.index)
        writer.raw(",\"index\":")
        writer.integer(message.copy.index)
        writer.raw("}")
        return try event(
            "message.replicated", id: "replicated:\(message.source.sid.text):\(message.copy.sid.text)", pair: pair.id,
            subject: message.copy.sid.text, data: EventData(writer))
    }

    /// `conversation.paired`: two conversations were joined.
    static func paired(_ pair: PairRecord, how: String) throws(EventError) -> OutgoingEvent {
        let data: JSONValue = [
            "pair": .string(pair.id.text), "origin": .string(pair.origin.rawValue), "how": .string(how),
            "flex": .string(pair.conversations.flex?.text ?? ""),
            "frontline": .string(pair.conversations.frontline?.text ?? ""),
        ]
        return try event(
            "conversation.paired", id: "paired:\(pair.id.text):\(pair.conversations[pair.origin.other]?.text ?? "")",
            pair: pair.id, subject: pair.id.text, data: EventData(data))
    }

    private static func event(
        _ topic: Topic, id: String, pair: ConversationSID, subject: String, data: EventData
    ) throws(EventError) -> OutgoingEvent {
        try OutgoingEvent(
            Event(
                id: try EventID(id), source: try EventSource(source), topic: topic, key: OrderingKey(pair),
                subject: subject, data: data))
    }
}
