import Events

/// The event `sync.pump`: there is something to do for a pair.
///
/// Its ordering key is the pair's id. It is a doorbell: whoever handles it brings the pair up to date, so one that comes late or twice does no harm.
struct PumpEvent: Hashable, Sendable {
    static let topic: Topic = "sync.pump"
    static let source = "/sync"

    var pair: ConversationSID
    /// The side on which it happened.
    var side: Side
    var reason: PumpReason
    /// Offset of the event that caused it; 0: none.
    var cause: UInt64 = 0
    /// Journal time of the cause, nanoseconds since 1970: when the webhook was taken; 0: none.
    var causeTime: UInt64 = 0
    /// The conversation on ``side``.
    var conversation: ConversationSID?
    /// The message it is about, with its index when the provider said it.
    var messageSID: MessageSID?
    var index: Int?
    /// The message itself, when it is small: what is next in order is copied without another request.
    var message: ProjectMessage?
    /// What the reason needs besides: the data of the cause, or of who asks.
    var details = JSONObject()

    /// What makes ids of `sync.pump` events.
    enum Identity: Hashable, Sendable {
        /// The same cause rings once.
        case cause(recordID: String)
        /// Asked for by us: unique per `token`.
        case request(token: String)
    }

    /// The event for the bus.
    func event(_ identity: Identity, correlation: String? = nil) throws(EventError) -> Event {
        let id: String
        var causation: String?
        switch identity {
        case .cause(let recordID):
            id = "pump:\(reason.rawValue):\(Self.oneLine(recordID, "#"))"
            causation = recordID
        case .request(let token): id = "pump:\(reason.rawValue):\(pair.text):\(token)"
        }
        var writer = JSONWriter(capacity: 512)
        write(to: &writer)
        var event = Event(
            id: try EventID(id), source: try EventSource(Self.source), topic: Self.topic, key: OrderingKey(pair),
            subject: conversation?.text, data: EventData(writer))
        event.causationID = causation.map { Self.oneLine($0, " ") }
        event.correlationID = correlation
        return event
    }

    /// The two lines of a record's id, source and id, in one.
    private static func oneLine(_ recordID: String, _ separator: Unicode.Scalar) -> String {
        let byte = UInt8(ascii: separator)
        return String(decoding: recordID.utf8.map { $0 == UInt8(ascii: "\n") ? byte : $0 }, as: UTF8.self)
    }

    /// Writes the data of the event.
    func write(to writer: inout JSONWriter) {
        writer.raw("{\"pair\":")
        writer.string(pair.text)
        writer.raw(",\"side\":")
        writer.string(side.rawValue)
        writer.raw(",\"reason\":")
        writer.string(reason.rawValue)
        if cause > 0 {
            writer.raw(",\"offset\":")
            writer.integer(Int(clamping: cause))
            writer.raw(",\"takenNs\":")
            writer.integer(Int(clamping: causeTime))
        }
        if let conversation {
            writer.raw(",\"conversationSid\":")
            writer.string(conversation.text)
        }
        if let messageSID {
            writer.raw(",\"messageSid\":")
            writer.string(messageSID.text)
        }
        if let index {
            writer.raw(",\"index\":")
            writer.integer(index)
        }
        if let message {
            writer.raw(",\"message\":")
            message.write(to: &writer)
        }
        if !details.isEmpty {
            writer.raw(",\"details\":")
            writer.value(.object(details))
        }
        writer.raw("}")
    }

    /// Reads the data of a `sync.pump` event; nil when it is none of ours.
    init?(_ value: JSONValue) {
        guard let pair = value["pair"]?.string.flatMap({ try? ConversationSID($0) }),
            let side = value["side"]?.string.flatMap(Side.init),
            let reason = value["reason"]?.string.flatMap(PumpReason.init)
        else { return nil }
        self.init(pair: pair, side: side, reason: reason)
        cause = value["offset"]?.integer.map { UInt64(max(0, $0)) } ?? 0
        causeTime = value["takenNs"]?.integer.map { UInt64(max(0, $0)) } ?? 0
        conversation = value["conversationSid"]?.string.flatMap { try? ConversationSID($0) }
        messageSID = value["messageSid"]?.string.flatMap { try? MessageSID($0) }
        index = value["index"]?.integer.map(Int.init)
        message = value["message"].flatMap { ProjectMessage($0, sid: messageSID, index: index) }
        details = value["details"]?.object ?? JSONObject()
    }

    init(pair: ConversationSID, side: Side, reason: PumpReason) {
        self.pair = pair
        self.side = side
        self.reason = reason
    }
}

extension ProjectMessage {
    /// Writes what `sync.pump` carries; SID and index stand beside it.
    fileprivate func write(to writer: inout JSONWriter) {
        writer.raw("{\"author\":")
        writer.string(author ?? "")
        if let body {
            writer.raw(",\"body\":")
            writer.string(body)
        }
        if !attributes.isEmpty {
            writer.raw(",\"attributes\":")
            writer.value(.object(attributes))
        }
        if let dateCreated {
            writer.raw(",\"dateCreated\":")
            writer.timestamp(dateCreated)
        }
        writer.raw("}")
    }

    fileprivate init?(_ value: JSONValue, sid: MessageSID?, index: Int?) {
        guard let sid, let index else { return nil }
        let author = value["author"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        let date = value["dateCreated"]?.string.flatMap { try? Timestamp(rfc3339: $0) }
        self.init(
            sid: sid, index: index, author: author, body: value["body"]?.string,
            attributes: value["attributes"]?.object ?? JSONObject(), dateCreated: date)
    }
}
