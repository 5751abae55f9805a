import Events

/// Bytes that were uploaded to be attached to messages.
struct MediaItem: Sendable {
    /// Longest media, in bytes; the media host refuses more.
    static let maxBytes = 16 << 20
    /// All media of a project together, in bytes; at the limit uploads are refused with 507.
    static let maxTotalBytes = 512 << 20
    /// How long a temporary link works.
    static let linkLifetime: Duration = .seconds(300)

    let sid: String
    let serviceSID: String
    var filename: String?
    var contentType: String
    var author: String?
    var bytes: [UInt8]
    let created: Timestamp
}
