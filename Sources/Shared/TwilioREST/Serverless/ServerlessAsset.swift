/// A file of a service, of which there are versions.
public struct ServerlessAsset: Hashable, Sendable, TwilioResource {
    /// `ZH…`.
    public let sid: String
    public let friendlyName: String?

    init(_ fields: Fields) throws(FieldError) {
        sid = try fields.text("sid")
        friendlyName = fields.optionalText("friendly_name")
    }
}
