public import Events

/// A flow of the old dialect.
public struct FlexFlow: Hashable, Sendable, TwilioResource {
    /// `FO…`.
    public let sid: String
    public let friendlyName: String?
    public let chatServiceSID: ChatServiceSID?
    /// `web`, `sms`, `whatsapp` and so on.
    public let channelType: String?
    public let contactIdentity: String?
    public let isEnabled: Bool
    /// `studio`, `external` or `task`.
    public let integrationType: String?
    public let integration: JSONObject
    public let isLongLived: Bool
    public let hasJanitor: Bool

    init(_ fields: Fields) throws(FieldError) {
        sid = try fields.text("sid")
        friendlyName = fields.optionalText("friendly_name")
        chatServiceSID = fields.optionalSID("chat_service_sid")
        channelType = fields.optionalText("channel_type")
        contactIdentity = fields.optionalText("contact_identity")
        isEnabled = fields.optionalBool("enabled") ?? false
        integrationType = fields.optionalText("integration_type")
        integration = fields.document("integration")
        isLongLived = fields.optionalBool("long_lived") ?? false
        hasJanitor = fields.optionalBool("janitor_enabled") ?? false
    }
}
