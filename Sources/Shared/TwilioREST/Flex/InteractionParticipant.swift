public import Events

/// Somebody who takes part in a channel of an interaction.
public struct InteractionParticipant: Hashable, Sendable, TwilioResource {
    /// `UT…`.
    public let sid: String
    /// `agent`, `customer`, `supervisor`, `external` or `unknown`.
    public let type: String?
    public let interactionSID: InteractionSID?
    public let channelSID: InteractionChannelSID?
    public let routingProperties: JSONObject

    init(_ fields: Fields) throws(FieldError) {
        sid = try fields.text("sid")
        type = fields.optionalText("type")
        interactionSID = fields.optionalSID("interaction_sid")
        channelSID = fields.optionalSID("channel_sid")
        routingProperties = fields.document("routing_properties")
    }
}
