public import Events

/// Somebody with an identity in a conversation or chat service.
public struct ConversationUser: Hashable, Sendable, TwilioResource {
    public let sid: UserSID
    public let identity: String
    public let friendlyName: String?
    public let roleSID: RoleSID?
    public let attributes: TwilioAttributes
    public let isOnline: Bool?
    public let isNotifiable: Bool?
    public let dateCreated: Timestamp?
    public let dateUpdated: Timestamp?

    init(_ fields: Fields) throws(FieldError) {
        sid = try fields.sid("sid")
        identity = try fields.text("identity")
        friendlyName = fields.optionalText("friendly_name")
        roleSID = fields.optionalSID("role_sid")
        attributes = fields.attributes()
        isOnline = fields.optionalBool("is_online")
        isNotifiable = fields.optionalBool("is_notifiable")
        dateCreated = fields.time("date_created")
        dateUpdated = fields.time("date_updated")
    }
}
