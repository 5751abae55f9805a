public import Events

/// A file of a message; its bytes are at the media content host.
public struct MessageMedia: Hashable, Sendable, TwilioResource {
    public let sid: MediaSID
    public let contentType: String?
    public let filename: String?
    /// In bytes.
    public let size: Int?
    public let category: String?

    init(_ fields: Fields) throws(FieldError) {
        sid = try fields.sid("sid")
        contentType = fields.optionalText("content_type")
        filename = fields.optionalText("filename")
        size = fields.optionalInteger("size")
        category = fields.optionalText("category")
    }
}
