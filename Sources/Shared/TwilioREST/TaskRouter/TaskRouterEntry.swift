/// A queue, a workflow or a task channel: what is known of all of them.
public struct TaskRouterEntry: Hashable, Sendable, TwilioResource {
    /// `WQ…`, `WW…` or `TC…`.
    public let sid: String
    public let friendlyName: String
    /// Only of task channels.
    public let uniqueName: String?

    init(_ fields: Fields) throws(FieldError) {
        sid = try fields.text("sid")
        friendlyName = try fields.text("friendly_name")
        uniqueName = fields.optionalText("unique_name")
    }
}
