public import Events

/// The free JSON document that the provider keeps with a resource, as its text.
///
/// The text is passed on untouched and read only when somebody asks; anything but an object reads as an empty one, since
/// the provider gives `{}` for none and people write anything.
public struct TwilioAttributes: Hashable, Sendable {
    /// The JSON text.
    public let text: String

    /// Attributes as the provider sent them.
    ///
    /// - Parameter text: JSON; anything else reads as an empty object.
    public init(text: String) {
        self.text = text
    }

    /// Attributes of ours.
    ///
    /// - Parameter object: The document.
    public init(_ object: JSONObject) {
        text = String(decoding: JSONValue.object(object).bytes, as: UTF8.self)
    }

    /// No attributes.
    public static let empty = TwilioAttributes(text: "{}")

    /// The document, parsed on each call; empty when the text is no JSON object.
    public var object: JSONObject { parsed ?? JSONObject() }

    /// Whether the text is a JSON object.
    public var isWellFormed: Bool { parsed != nil }

    /// One member; parses each time, so take ``object`` for several.
    public subscript(name: String) -> JSONValue? { object[name] }

    private var parsed: JSONObject? {
        (try? JSONValue(parsing: text.utf8))?.object
    }
}

extension TwilioAttributes: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Their size alone: attributes carry names and numbers.
    public var description: String { "<attributes of \(text.utf8.count) bytes>" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
