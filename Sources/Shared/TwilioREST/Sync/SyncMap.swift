public import Events

/// A map.
public struct SyncMap: Hashable, Sendable, TwilioResource {
    public let sid: SyncMapSID
    public let uniqueName: String?
    public let revision: String?

    init(_ fields: Fields) throws(FieldError) {
        sid = try fields.sid("sid")
        uniqueName = fields.optionalText("unique_name")
        revision = fields.optionalText("revision")
    }
}
