public import Events

/// How far a message has come with one receiver.
public struct DeliveryReceipt: Hashable, Sendable, TwilioResource {
    public let sid: DeliveryReceiptSID
    public let messageSID: MessageSID
    public let participantSID: ParticipantSID?
    /// `SM…`, the message of the channel.
    public let channelMessageSID: String?
    /// `sent`, `delivered`, `read`, `failed` or `undelivered`.
    public let status: String
    public let errorCode: Int?
    public let dateCreated: Timestamp?
    public let dateUpdated: Timestamp?

    init(_ fields: Fields) throws(FieldError) {
        sid = try fields.sid("sid")
        messageSID = try fields.sid("message_sid")
        participantSID = fields.optionalSID("participant_sid")
        channelMessageSID = fields.optionalText("channel_message_sid")
        status = try fields.text("status")
        errorCode = fields.optionalInteger("error_code")
        dateCreated = fields.time("date_created")
        dateUpdated = fields.time("date_updated")
    }
}
