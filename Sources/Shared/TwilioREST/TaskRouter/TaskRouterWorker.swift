public import Events

/// A worker.
public struct TaskRouterWorker: Hashable, Sendable, TwilioResource {
    public let sid: WorkerSID
    /// The name by which the projects know each other's workers.
    public let friendlyName: String
    public let attributes: TwilioAttributes
    public let activitySID: ActivitySID?
    public let activityName: String?
    public let isAvailable: Bool
    public let dateCreated: Timestamp?
    public let dateUpdated: Timestamp?
    /// When the activity last changed.
    public let dateStatusChanged: Timestamp?
    public let etag: String?

    init(_ fields: Fields) throws(FieldError) {
        sid = try fields.sid("sid")
        friendlyName = try fields.text("friendly_name")
        attributes = fields.attributes()
        activitySID = fields.optionalSID("activity_sid")
        activityName = fields.optionalText("activity_name")
        isAvailable = fields.optionalBool("available") ?? false
        dateCreated = fields.time("date_created")
        dateUpdated = fields.time("date_updated")
        dateStatusChanged = fields.time("date_status_changed")
        etag = fields.etag
    }
}
