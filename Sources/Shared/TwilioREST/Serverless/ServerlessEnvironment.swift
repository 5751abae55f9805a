/// Where a build runs.
public struct ServerlessEnvironment: Hashable, Sendable, TwilioResource {
    /// `ZE…`.
    public let sid: String
    public let uniqueName: String?
    public let domainName: String?
    /// `ZB…`, what runs now.
    public let buildSID: String?

    init(_ fields: Fields) throws(FieldError) {
        sid = try fields.text("sid")
        uniqueName = fields.optionalText("unique_name")
        domainName = fields.optionalText("domain_name")
        buildSID = fields.optionalText("build_sid")
    }
}
