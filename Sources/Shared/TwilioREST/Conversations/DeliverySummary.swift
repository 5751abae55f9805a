/// How far a message has come with all its receivers: each count is `all`, `some` or `none`.
public struct DeliverySummary: Hashable, Sendable {
    /// Receivers in all.
    public let total: Int?
    public let sent: String?
    public let delivered: String?
    public let read: String?
    public let failed: String?
    public let undelivered: String?

    init(_ fields: Fields) {
        total = fields.optionalInteger("total")
        sent = fields.optionalText("sent")
        delivered = fields.optionalText("delivered")
        read = fields.optionalText("read")
        failed = fields.optionalText("failed")
        undelivered = fields.optionalText("undelivered")
    }
}
