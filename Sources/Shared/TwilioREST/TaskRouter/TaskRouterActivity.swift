public import Events

/// An activity that a worker can be in.
public struct TaskRouterActivity: Hashable, Sendable, TwilioResource {
    public let sid: ActivitySID
    public let friendlyName: String
    /// Whether a worker in it gets tasks.
    public let isAvailable: Bool

    init(_ fields: Fields) throws(FieldError) {
        sid = try fields.sid("sid")
        friendlyName = try fields.text("friendly_name")
        isAvailable = try fields.bool("available")
    }
}
