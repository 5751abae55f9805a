public import Events

/// A channel of an interaction.
public struct InteractionChannel: Hashable, Sendable, TwilioResource {
    public let sid: InteractionChannelSID
    public let interactionSID: InteractionSID?
    public let type: String?
    /// `setup`, `active`, `failed`, `closed`, `inactive`, `pause` or `transfer`.
    public let status: String?
    public let errorCode: Int?

    init(_ fields: Fields) throws(FieldError) {
        sid = try fields.sid("sid")
        interactionSID = fields.optionalSID("interaction_sid")
        type = fields.optionalText("type")
        status = fields.optionalText("status")
        errorCode = fields.optionalInteger("error_code")
    }
}
