public import Events

/// A message of a channel.
public struct ChatMessage: Hashable, Sendable, TwilioResource {
    public let sid: MessageSID
    public let channelSID: ChannelSID
    /// Its place in the channel, from 0; deleted ones leave gaps.
    public let index: Int
    public let from: String?
    public let body: String?
    /// `text` or `media`.
    public let type: String?
    public let media: MessageMedia?
    public let attributes: TwilioAttributes
    public let wasEdited: Bool
    public let lastUpdatedBy: String?
    public let dateCreated: Timestamp?
    public let dateUpdated: Timestamp?
    public let etag: String?

    init(_ fields: Fields) throws(FieldError) {
        sid = try fields.sid("sid")
        channelSID = try fields.sid("channel_sid")
        index = try fields.integer("index")
        from = fields.optionalText("from")
        body = fields.optionalText("body")
        type = fields.optionalText("type")
        let file = Fields(fields.document("media"))
        media = file["sid"] == nil ? nil : try MessageMedia(file)
        attributes = fields.attributes()
        wasEdited = fields.optionalBool("was_edited") ?? false
        lastUpdatedBy = fields.optionalText("last_updated_by")
        dateCreated = fields.time("date_created")
        dateUpdated = fields.time("date_updated")
        etag = fields.etag
    }
}
