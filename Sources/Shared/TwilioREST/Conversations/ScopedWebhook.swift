/// A webhook of one conversation or channel.
public struct ScopedWebhook: Hashable, Sendable, TwilioResource {
    /// `WH…`.
    public let sid: String
    /// `webhook`, `trigger` or `studio`.
    public let target: String?
    public let url: String?
    public let method: String?
    public let filters: [String]
    public let triggers: [String]
    /// `FW…`.
    public let flowSID: String?

    init(_ fields: Fields) throws(FieldError) {
        sid = try fields.text("sid")
        target = fields.optionalText("target") ?? fields.optionalText("type")
        let configuration = Fields(fields.document("configuration"))
        url = configuration.optionalText("url")
        method = configuration.optionalText("method")
        filters = configuration.texts("filters")
        triggers = configuration.texts("triggers")
        flowSID = configuration.optionalText("flow_sid")
    }
}
