public import Events

/// An invitation of an agent into a channel.
public struct InteractionInvite: Hashable, Sendable, TwilioResource {
    public let sid: InviteSID
    public let interactionSID: InteractionSID?
    public let channelSID: InteractionChannelSID?
    /// As the provider sends it; the task is in its properties.
    public let routing: JSONObject

    init(_ fields: Fields) throws(FieldError) {
        sid = try fields.sid("sid")
        interactionSID = fields.optionalSID("interaction_sid")
        channelSID = fields.optionalSID("channel_sid")
        routing = fields.document("routing")
    }
}
