public import Events

/// One leg of a call.
public struct PhoneCall: Hashable, Sendable, TwilioResource {
    public let sid: CallSID
    /// The leg that dialled this one.
    public let parentSID: CallSID?
    public let from: String?
    public let to: String?
    /// `queued`, `ringing`, `in-progress`, `completed`, `busy`, `failed`, `no-answer` or `canceled`.
    public let status: String
    public let direction: String?
    public let answeredBy: String?
    public let durationSeconds: Int?
    public let startTime: Timestamp?
    public let endTime: Timestamp?
    public let dateCreated: Timestamp?
    public let dateUpdated: Timestamp?

    init(_ fields: Fields) throws(FieldError) {
        sid = try fields.sid("sid")
        parentSID = fields.optionalSID("parent_call_sid")
        from = fields.optionalText("from")
        to = fields.optionalText("to")
        status = try fields.text("status")
        direction = fields.optionalText("direction")
        answeredBy = fields.optionalText("answered_by")
        durationSeconds = fields.optionalInteger("duration")
        startTime = fields.time("start_time")
        endTime = fields.time("end_time")
        dateCreated = fields.time("date_created")
        dateUpdated = fields.time("date_updated")
    }
}
