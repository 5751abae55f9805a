public import Events

/// Somebody in a channel.
public struct ChatMember: Hashable, Sendable, TwilioResource {
    public let sid: MemberSID
    public let channelSID: ChannelSID
    /// As the project spells it.
    public let identity: String
    public let attributes: TwilioAttributes
    public let roleSID: RoleSID?
    public let lastConsumedMessageIndex: Int?
    public let lastConsumptionTimestamp: Timestamp?
    public let dateCreated: Timestamp?
    public let dateUpdated: Timestamp?

    init(_ fields: Fields) throws(FieldError) {
        sid = try fields.sid("sid")
        channelSID = try fields.sid("channel_sid")
        identity = try fields.text("identity")
        attributes = fields.attributes()
        roleSID = fields.optionalSID("role_sid")
        lastConsumedMessageIndex = fields.optionalInteger("last_consumed_message_index")
        lastConsumptionTimestamp = fields.time("last_consumption_timestamp")
        dateCreated = fields.time("date_created")
        dateUpdated = fields.time("date_updated")
    }
}
