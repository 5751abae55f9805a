public import Events

/// A workspace with its event callback.
public struct TaskRouterWorkspace: Hashable, Sendable, TwilioResource {
    public let sid: WorkspaceSID
    public let friendlyName: String?
    /// May end in connection overrides: `#rc=2&rp=5xx,ct,rt`.
    public let eventCallbackURL: String?
    /// Event names, separated by commas; nil or empty for all.
    public let eventsFilter: String?

    init(_ fields: Fields) throws(FieldError) {
        sid = try fields.sid("sid")
        friendlyName = fields.optionalText("friendly_name")
        eventCallbackURL = fields.optionalText("event_callback_url")
        eventsFilter = fields.optionalText("events_filter")
    }
}
