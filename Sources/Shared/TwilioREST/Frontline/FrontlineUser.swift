public import Events

/// Somebody with the mobile app.
public struct FrontlineUser: Hashable, Sendable, TwilioResource {
    public let sid: UserSID
    public let identity: String
    public let friendlyName: String?
    public let avatar: String?
    /// `active` or `deactivated`.
    public let state: String?
    public let isAvailable: Bool?

    init(_ fields: Fields) throws(FieldError) {
        sid = try fields.sid("sid")
        identity = try fields.text("identity")
        friendlyName = fields.optionalText("friendly_name")
        avatar = fields.optionalText("avatar")
        state = fields.optionalText("state")
        isAvailable = fields.optionalBool("is_available")
    }
}
