public import Events

/// A conference.
public struct Conference: Hashable, Sendable, TwilioResource {
    public let sid: ConferenceSID
    public let friendlyName: String?
    /// `init`, `in-progress` or `completed`.
    public let status: String
    public let reasonEnded: String?
    public let dateCreated: Timestamp?
    public let dateUpdated: Timestamp?

    init(_ fields: Fields) throws(FieldError) {
        sid = try fields.sid("sid")
        friendlyName = fields.optionalText("friendly_name")
        status = try fields.text("status")
        reasonEnded = fields.optionalText("reason_conference_ended")
        dateCreated = fields.time("date_created")
        dateUpdated = fields.time("date_updated")
    }
}
