public import Events

/// A message of a conversation.
public struct ConversationMessage: Hashable, Sendable, TwilioResource {
    public let sid: MessageSID
    public let conversationSID: ConversationSID
    public let participantSID: ParticipantSID?
    /// Its place in the conversation, from 0; deleted ones leave gaps.
    public let index: Int
    public let author: String?
    public let body: String?
    public let subject: String?
    public let media: [MessageMedia]
    public let attributes: TwilioAttributes
    public let dateCreated: Timestamp?
    public let dateUpdated: Timestamp?
    public let delivery: DeliverySummary?
    public let etag: String?

    init(_ fields: Fields) throws(FieldError) {
        sid = try fields.sid("sid")
        conversationSID = try fields.sid("conversation_sid")
        participantSID = fields.optionalSID("participant_sid")
        index = try fields.integer("index")
        author = fields.optionalText("author")
        body = fields.optionalText("body")
        subject = fields.optionalText("subject")
        media = try fields.list("media")
        attributes = fields.attributes()
        dateCreated = fields.time("date_created")
        dateUpdated = fields.time("date_updated")
        delivery = fields["delivery"]?.object.map { DeliverySummary(Fields($0)) }
        etag = fields.etag
    }
}
