import Events

/// A message as either dialect knows it.
struct ProjectMessage: Hashable, Sendable {
    var sid: MessageSID
    var index: Int
    /// As the project spells it; nil when the provider gives none.
    var author: String?
    var body: String?
    var attributes: JSONObject
    var media: [ProjectMedia] = []
    var dateCreated: Timestamp?
    /// Delivery as the provider sums it up: `sent`, `delivered`, `read`, `failed`, `undelivered`; nil: nothing known.
    var delivery: String?

    /// What it is a copy of; nil: it was written here.
    var tag: MirrorTag? { MirrorTag(attributes) }
}

/// A file of a message.
struct ProjectMedia: Hashable, Sendable {
    var sid: MediaSID
    var contentType: String
    var filename: String?
    /// Bytes, as the provider says.
    var size: Int
}

/// A message to be written.
struct MessagePost: Hashable, Sendable {
    /// As the project spells it.
    var author: String
    var body: String?
    /// With the mirror tag.
    var attributes: JSONObject
    var media: MediaSID?
    /// When the source was written.
    var dateCreated: Timestamp?
}

/// A message that was written.
struct PostedMessage: Hashable, Sendable {
    var sid: MessageSID
    var index: Int
}

/// Messages after an index, in order.
struct MessageList: Hashable, Sendable {
    /// Ascending by index, at most as many as were asked for.
    var messages: [ProjectMessage]
    /// Whether there are more after the last one.
    var hasMore: Bool
}

/// A file's bytes.
struct MediaBytes: Hashable, Sendable {
    var bytes: [UInt8]
    var contentType: String
    var filename: String?
}
