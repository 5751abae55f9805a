public import Events

/// A conversation that somebody is in, as the list by person has it.
public struct ParticipantConversation: Hashable, Sendable, TwilioResource {
    public let conversationSID: ConversationSID
    public let participantSID: ParticipantSID
    public let participantIdentity: String?
    public let binding: MessagingBinding?
    public let state: ConversationState
    public let friendlyName: String?
    public let uniqueName: String?
    /// The conversation's.
    public let attributes: TwilioAttributes
    public let dateCreated: Timestamp?
    public let dateUpdated: Timestamp?

    init(_ fields: Fields) throws(FieldError) {
        conversationSID = try fields.sid("conversation_sid")
        participantSID = try fields.sid("participant_sid")
        participantIdentity =
            fields.optionalText("participant_identity") ?? fields["participant_identity"]?["identity"]?.string
        binding = fields.binding("participant_messaging_binding")
        state = ConversationState(fields.optionalText("conversation_state") ?? "active")
        friendlyName = fields.optionalText("conversation_friendly_name")
        uniqueName = fields.optionalText("conversation_unique_name")
        attributes = fields.attributes("conversation_attributes")
        dateCreated = fields.time("conversation_date_created")
        dateUpdated = fields.time("conversation_date_updated")
    }
}
