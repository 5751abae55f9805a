public import Events

/// A channel.
public struct ChatChannel: Hashable, Sendable, TwilioResource {
    public let sid: ChannelSID
    public let accountSID: AccountSID?
    public let serviceSID: ChatServiceSID?
    public let friendlyName: String?
    public let uniqueName: String?
    public let attributes: TwilioAttributes
    /// `private` or `public`.
    public let type: String?
    public let createdBy: String?
    public let dateCreated: Timestamp?
    public let dateUpdated: Timestamp?
    public let membersCount: Int?
    public let messagesCount: Int?
    public let etag: String?

    init(_ fields: Fields) throws(FieldError) {
        sid = try fields.sid("sid")
        accountSID = fields.optionalSID("account_sid")
        serviceSID = fields.optionalSID("service_sid")
        friendlyName = fields.optionalText("friendly_name")
        uniqueName = fields.optionalText("unique_name")
        attributes = fields.attributes()
        type = fields.optionalText("type")
        createdBy = fields.optionalText("created_by")
        dateCreated = fields.time("date_created")
        dateUpdated = fields.time("date_updated")
        membersCount = fields.optionalInteger("members_count")
        messagesCount = fields.optionalInteger("messages_count")
        etag = fields.etag
    }
}
