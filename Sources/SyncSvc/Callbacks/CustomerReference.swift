import Events

/// The `customer_id` of a customer who came through the Flex side: which conversation there, and which participant.
///
/// Written as the sample writes it, `{"p":"MB…","c":"CH…"}`, so that ids given out by it keep working. Other ids are
/// those of a CRM.
struct CustomerReference: Hashable, Sendable {
    /// Longest id that is looked at, in bytes.
    static let maxBytes = 256

    /// `MB…`; nil in lists, where only the conversation is known.
    let participant: String?
    /// `CH…` on the Flex side.
    let conversation: String

    init(participant: String? = nil, conversation: String) {
        self.participant = participant
        self.conversation = conversation
    }

    /// Reads an id; nil when it is none of ours.
    init?(_ text: String) {
        guard text.utf8.count <= Self.maxBytes, text.utf8.first == UInt8(ascii: "{"),
            let json = try? JSONValue(parsing: text.utf8), let conversation = json["c"]?.string,
            (try? ConversationSID(conversation)) != nil
        else { return nil }
        self.conversation = conversation
        participant = json["p"]?.string.flatMap { (try? ParticipantSID($0)) == nil ? nil : $0 }
    }

    var text: String {
        var object = JSONObject()
        object["p"] = participant.map { .string($0) }
        object["c"] = .string(conversation)
        return JSONValue.object(object).description
    }
}
