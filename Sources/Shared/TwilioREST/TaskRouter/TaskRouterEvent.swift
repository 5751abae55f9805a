public import Events

/// Something that has happened in a workspace.
public struct TaskRouterEvent: Hashable, Sendable, TwilioResource {
    /// The same as in the event callback: what to tell a repeat by.
    public let sid: TaskRouterEventSID
    public let eventType: String
    public let date: Timestamp?
    /// `EventDateMs`.
    public let dateMilliseconds: Int?
    public let description: String?
    public let resourceType: String?
    public let resourceSID: String?
    public let actorType: String?
    public let actorSID: String?
    public let source: String?
    /// What the event callback has as parameters, in `snake_case` names.
    public let data: JSONObject

    init(_ fields: Fields) throws(FieldError) {
        sid = try fields.sid("sid")
        eventType = try fields.text("event_type")
        date = fields.time("event_date")
        dateMilliseconds = fields.optionalInteger("event_date_ms")
        description = fields.optionalText("description")
        resourceType = fields.optionalText("resource_type")
        resourceSID = fields.optionalText("resource_sid")
        actorType = fields.optionalText("actor_type")
        actorSID = fields.optionalText("actor_sid")
        source = fields.optionalText("source")
        data = fields.document("event_data")
    }
}
