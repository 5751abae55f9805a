public import Events

/// A channel that somebody is in, as the list by person has it.
public struct ChatUserChannel: Hashable, Sendable, TwilioResource {
    public let channelSID: ChannelSID
    public let memberSID: MemberSID?
    /// `joined`, `invited` or `not_participating`.
    public let status: String?
    public let lastConsumedMessageIndex: Int?
    public let unreadMessagesCount: Int?

    init(_ fields: Fields) throws(FieldError) {
        channelSID = try fields.sid("channel_sid")
        memberSID = fields.optionalSID("member_sid")
        status = fields.optionalText("status")
        lastConsumedMessageIndex = fields.optionalInteger("last_consumed_message_index")
        unreadMessagesCount = fields.optionalInteger("unread_messages_count")
    }
}
