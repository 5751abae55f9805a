import Events

/// How a copy says what it is a copy of, in its attributes: `{"mirror":{"src":"flex","id":"IM…"}}`.
///
/// The flag of the sample (`AddedViaConversationWebhook`) counts as a tag too; it does not name the source.
enum MirrorTag: Hashable, Sendable {
    case of(side: Side, message: MessageSID)
    case legacy

    static let key = "mirror"
    static let legacyKey = "AddedViaConversationWebhook"

    /// The tag in a message's attributes; nil: it is nobody's copy.
    init?(_ attributes: JSONObject) {
        if let tag = attributes[Self.key], let side = tag["src"]?.string.flatMap(Side.init),
            let message = tag["id"]?.string.flatMap({ try? MessageSID($0) })
        {
            self = .of(side: side, message: message)
        } else if let flag = attributes[Self.legacyKey], flag != .bool(false), flag != .null {
            self = .legacy
        } else {
            return nil
        }
    }

    /// Our namespace in the attributes of messages and conversations; it is never copied.
    static let namespace = "patchbay"

    /// The attributes of a copy: those of the source, and the tag.
    static func tagged(_ attributes: JSONObject, side: Side, message: MessageSID) -> JSONObject {
        var tagged = attributes
        tagged[namespace] = nil
        tagged[key] = ["src": .string(side.rawValue), "id": .string(message.text)]
        return tagged
    }
}
