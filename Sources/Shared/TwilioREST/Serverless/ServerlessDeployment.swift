public import Events

/// A build that was made the one that runs.
public struct ServerlessDeployment: Hashable, Sendable, TwilioResource {
    public let sid: String
    public let buildSID: String?
    public let environmentSID: String?
    public let dateCreated: Timestamp?

    init(_ fields: Fields) throws(FieldError) {
        sid = try fields.text("sid")
        buildSID = fields.optionalText("build_sid")
        environmentSID = fields.optionalText("environment_sid")
        dateCreated = fields.time("date_created")
    }
}
