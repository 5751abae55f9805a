public import Events

/// An interaction.
public struct Interaction: Hashable, Sendable, TwilioResource {
    public let sid: InteractionSID
    /// As the provider sends them.
    public let channel: JSONObject
    public let routing: JSONObject

    init(_ fields: Fields) throws(FieldError) {
        sid = try fields.sid("sid")
        channel = fields.document("channel")
        routing = fields.document("routing")
    }
}
