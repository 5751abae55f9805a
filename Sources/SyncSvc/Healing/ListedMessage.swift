import Crypto
import Events
import Twilio

/// A message as a listing shows it, reduced to what a comparison needs.
struct ListedMessage: Hashable, Sendable {
    let sid: String
    let index: Int
    /// Of the author's raw identity, body and media: texts are not kept.
    let digest: UInt64
    let created: Timestamp?
    /// What it is a copy of; nil for one that was written here.
    let tag: MirrorTag?

    /// - Parameters:
    ///   - sid: Its SID.
    ///   - index: Its position, from 0.
    ///   - author: The author's raw identity, the same on both sides.
    ///   - body: Its text.
    ///   - media: Type and size of each file.
    ///   - created: When it was written.
    ///   - attributes: Its attributes.
    init(
        sid: String, index: Int, author: String, body: String, media: [String] = [], created: Timestamp?,
        attributes: JSONObject
    ) {
        self.sid = sid
        self.index = index
        self.created = created
        digest = Self.digest([author, body] + media)
        tag = MirrorTag(attributes)
    }

    /// - Parameters:
    ///   - message: As its project lists it.
    ///   - parts: Files of its parts, in their order.
    ///   - name: Reads an author as the project spells it.
    init(_ message: ProjectMessage, parts: [ProjectMedia] = [], name: (String) -> Identity) {
        self.init(
            sid: message.sid.text, index: message.index, author: message.author.map { name($0).text } ?? "",
            body: message.body ?? "", media: (parts + message.media).map { "\($0.contentType) \($0.size)" },
            created: message.dateCreated, attributes: message.attributes)
    }

    /// Whether it was written here.
    var isOriginal: Bool { tag == nil }

    private static func digest(_ parts: [String]) -> UInt64 {
        var hash = SHA256()
        for part in parts {
            hash.update(data: Array(part.utf8))
            hash.update(data: [0])
        }
        return hash.finalize().prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
