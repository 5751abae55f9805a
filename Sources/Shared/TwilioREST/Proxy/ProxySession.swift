/// A masked conversation.
public struct ProxySession: Hashable, Sendable, TwilioResource {
    /// `KC…`.
    public let sid: String
    public let uniqueName: String?
    /// `open`, `in-progress`, `closed`, `failed` or `unknown`.
    public let status: String?
    /// `message-only`, `voice-only` or `voice-and-message`.
    public let mode: String?
    public let ttlSeconds: Int?

    init(_ fields: Fields) throws(FieldError) {
        sid = try fields.text("sid")
        uniqueName = fields.optionalText("unique_name")
        status = fields.optionalText("status")
        mode = fields.optionalText("mode")
        ttlSeconds = fields.optionalInteger("ttl")
    }
}
