public import Events

/// An item of a map.
public struct SyncMapItem: Hashable, Sendable, TwilioResource {
    public let key: String
    public let data: JSONObject
    /// What to give as `ifMatch`.
    public let revision: String
    public let mapSID: SyncMapSID?
    public let dateUpdated: Timestamp?

    init(_ fields: Fields) throws(FieldError) {
        key = try fields.text("key")
        data = fields.document("data")
        revision = try fields.text("revision")
        mapSID = fields.optionalSID("map_sid")
        dateUpdated = fields.time("date_updated")
    }
}
