import Events

/// How a copy says what it is a copy of, in its attributes: `{"mirror":{"src":"flex","id":"IM…"}}`.
///
/// A message that is written by REST takes one file. Of a message with several the earlier ones are written first, each
/// in a message of its own with `"part":1`, `"part":2` and so on; the copy itself, with the text and the last file,
/// comes after them and says `"parts"`: how many.
///
/// The flag of the sample (`AddedViaConversationWebhook`) counts as a tag too; it does not name the source.
enum MirrorTag: Hashable, Sendable {
    case of(side: Side, message: MessageSID)
    /// A file of a message with several.
    case part(side: Side, message: MessageSID, number: Int)
    case legacy

    static let key = "mirror"
    static let legacyKey = "AddedViaConversationWebhook"

    /// The tag in a message's attributes; nil: it is nobody's copy.
    init?(_ attributes: JSONObject) {
        if let tag = attributes[Self.key], let side = tag["src"]?.string.flatMap(Side.init),
            let message = tag["id"]?.string.flatMap({ try? MessageSID($0) })
        {
            let number = tag["part"]?.integer.map(Int.init) ?? 0
            self = number > 0 ? .part(side: side, message: message, number: number) : .of(side: side, message: message)
        } else if let flag = attributes[Self.legacyKey], flag != .bool(false), flag != .null {
            self = .legacy
        } else {
            return nil
        }
    }

    /// Our namespace in the attributes of messages and conversations; it is never copied.
    static let namespace = "patchbay"

    /// The attributes of a copy: those of the source, and the tag with the number of its parts.
    static func tagged(
        _ attributes: JSONObject, side: Side, message: MessageSID, parts: Int = 0
    ) -> JSONObject {
        var tagged = attributes
        tagged[namespace] = nil
        var tag = JSONObject([("src", JSONValue.string(side.rawValue)), ("id", .string(message.text))])
        if parts > 0 { tag["parts"] = .number(JSONNumber(parts)) }
        tagged[key] = .object(tag)
        return tagged
    }

    /// The attributes of a part of a copy, counted from 1.
    static func part(_ number: Int, side: Side, message: MessageSID) -> JSONObject {
        let tag = JSONObject([
            ("src", JSONValue.string(side.rawValue)), ("id", .string(message.text)),
            ("part", .number(JSONNumber(number))),
        ])
        return JSONObject([(key, .object(tag))])
    }

    /// How many parts stand before a copy with these attributes.
    static func parts(_ attributes: JSONObject) -> Int {
        max(0, Int(attributes[key]?["parts"]?.integer ?? 0))
    }
}
