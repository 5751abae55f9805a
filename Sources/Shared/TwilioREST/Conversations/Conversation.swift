public import Events

/// A conversation.
public struct Conversation: Hashable, Sendable, TwilioResource {
    public let sid: ConversationSID
    public let accountSID: AccountSID?
    public let chatServiceSID: ChatServiceSID?
    /// `MG…`.
    public let messagingServiceSID: String?
    public let friendlyName: String?
    public let uniqueName: String?
    public let attributes: TwilioAttributes
    public let state: ConversationState
    public let dateCreated: Timestamp?
    public let dateUpdated: Timestamp?
    /// When it becomes inactive or closed of itself.
    public let dateInactive: Timestamp?
    public let dateClosed: Timestamp?
    public let etag: String?

    init(_ fields: Fields) throws(FieldError) {
        sid = try fields.sid("sid")
        accountSID = fields.optionalSID("account_sid")
        chatServiceSID = fields.optionalSID("chat_service_sid")
        messagingServiceSID = fields.optionalText("messaging_service_sid")
        friendlyName = fields.optionalText("friendly_name")
        uniqueName = fields.optionalText("unique_name")
        attributes = fields.attributes()
        state = ConversationState(fields.optionalText("state") ?? "active")
        dateCreated = fields.time("date_created")
        dateUpdated = fields.time("date_updated")
        let timers = Fields(fields.document("timers"))
        dateInactive = timers.time("date_inactive")
        dateClosed = timers.time("date_closed")
        etag = fields.etag
    }
}
