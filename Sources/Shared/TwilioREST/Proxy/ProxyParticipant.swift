/// Somebody in a masked conversation.
public struct ProxyParticipant: Hashable, Sendable, TwilioResource {
    /// `KP…`.
    public let sid: String
    public let identifier: String?
    public let proxyIdentifier: String?
    public let friendlyName: String?

    init(_ fields: Fields) throws(FieldError) {
        sid = try fields.text("sid")
        identifier = fields.optionalText("identifier")
        proxyIdentifier = fields.optionalText("proxy_identifier")
        friendlyName = fields.optionalText("friendly_name")
    }
}
