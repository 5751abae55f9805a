public import Events

/// A web chat that has begun.
public struct WebChat: Hashable, Sendable, TwilioResource {
    public let conversationSID: ConversationSID
    public let identity: String

    init(_ fields: Fields) throws(FieldError) {
        conversationSID = try fields.sid("conversation_sid")
        identity = try fields.text("identity")
    }
}
