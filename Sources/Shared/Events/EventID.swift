/// Names one fact within its source; the same fact always gets the same id (see ``DeterministicID``).
///
/// Unique together with the source: the Broker's dedup window works on ``Event/recordID``.
public struct EventID: Hashable, Sendable, CustomStringConvertible {
    /// The id as it travels.
    public let text: String

    /// Checks an id that came from outside.
    ///
    /// - Parameter text: 1 to ``EventLimits/idBytes`` − 2 bytes without control characters.
    /// - Throws: ``EventError/idInvalid(sizeBytes:)``.
    public init(_ text: String) throws(EventError) {
        guard AttributeText.isValid(text.utf8, limitBytes: EventLimits.idBytes - 2) else {
            throw .idInvalid(sizeBytes: text.utf8.count)
        }
        self.text = text
    }

    /// Takes text that is known to keep the rules.
    init(validated text: String) {
        self.text = text
    }

    public var description: String { text }
}

/// Rules that several text attributes share.
enum AttributeText {
    /// Whether text has 1 to `limitBytes` bytes and no ASCII control character.
    static func isValid(_ bytes: String.UTF8View, limitBytes: Int) -> Bool {
        !bytes.isEmpty && bytes.count <= limitBytes && bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }
}
