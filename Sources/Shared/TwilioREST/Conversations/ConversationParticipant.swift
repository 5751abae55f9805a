public import Events

/// Somebody in a conversation.
public struct ConversationParticipant: Hashable, Sendable, TwilioResource {
    public let sid: ParticipantSID
    public let conversationSID: ConversationSID
    /// As the project spells it; nil for somebody with an address.
    public let identity: String?
    public let binding: MessagingBinding?
    public let attributes: TwilioAttributes
    public let roleSID: RoleSID?
    public let lastReadMessageIndex: Int?
    public let lastReadTimestamp: String?
    public let dateCreated: Timestamp?
    public let dateUpdated: Timestamp?

    init(_ fields: Fields) throws(FieldError) {
        sid = try fields.sid("sid")
        conversationSID = try fields.sid("conversation_sid")
        identity = fields.optionalText("identity")
        binding = fields.binding("messaging_binding")
        attributes = fields.attributes()
        roleSID = fields.optionalSID("role_sid")
        lastReadMessageIndex = fields.optionalInteger("last_read_message_index")
        lastReadTimestamp = fields.optionalText("last_read_timestamp")
        dateCreated = fields.time("date_created")
        dateUpdated = fields.time("date_updated")
    }
}
