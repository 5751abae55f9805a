/// The handing of a channel to somebody else.
public struct InteractionTransfer: Hashable, Sendable, TwilioResource {
    public let sid: String
    /// `warm`, `cold` or `external`.
    public let type: String?
    /// `active`, `failed` or `completed`.
    public let status: String?
    public let from: String?
    public let to: String?

    init(_ fields: Fields) throws(FieldError) {
        sid = try fields.text("sid")
        type = fields.optionalText("type")
        status = fields.optionalText("status")
        from = fields.optionalText("from")
        to = fields.optionalText("to")
    }
}
