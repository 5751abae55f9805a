public import Events

/// A file at the media content host, without its bytes.
public struct MediaItem: Hashable, Sendable, TwilioResource {
    public let sid: MediaSID
    public let contentType: String?
    public let filename: String?
    /// In bytes.
    public let size: Int?
    /// Where the bytes are for some minutes, readable by whoever has the address.
    let temporaryURL: String?

    init(_ fields: Fields) throws(FieldError) {
        sid = try fields.sid("sid")
        contentType = fields.optionalText("content_type")
        filename = fields.optionalText("filename")
        size = fields.optionalInteger("size")
        temporaryURL = fields["links"]?["content_direct_temporary"]?.string
    }
}
