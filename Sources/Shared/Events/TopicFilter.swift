/// Which topics a group, a reader or a tap wants, by the rules of NATS: `*` stands for exactly one token, a last `>` for
/// one or more.
///
/// Topics of the Broker's own map changes begin with `map.`; only a filter whose first token is literally `map` matches
/// them, so `>` and `*.sessions` stay what a contact centre means by "everything".
public struct TopicFilter: Hashable, Sendable {
    /// The filter as it travels.
    public let pattern: String

    private let bytes: [UInt8]
    private let reachesMaps: Bool

    /// Everything but the Broker's map changes.
    public static let all: TopicFilter = ">"

    /// Checks a filter that came from outside.
    ///
    /// - Parameter pattern: Dotted tokens, each literal, `*`, or a last `>`.
    /// - Throws: ``EventError/filterInvalid(reason:)``.
    public init(_ pattern: some StringProtocol) throws(EventError) {
        if let reason = TopicGrammar.violation(in: pattern.utf8, wildcards: true) {
            throw .filterInvalid(reason: reason)
        }
        self.init(validated: String(pattern))
    }

    /// The filter that matches one topic and nothing else.
    ///
    /// - Parameter topic: The only topic to match.
    public init(exactly topic: Topic) {
        self.init(validated: topic.name)
    }

    private init(validated pattern: String) {
        self.pattern = pattern
        bytes = Array(pattern.utf8)
        reachesMaps = pattern == "map" || pattern.hasPrefix("map.")
    }

    /// Whether the topic, given as UTF-8 bytes, passes.
    ///
    /// No allocation; linear in the topic's length.
    ///
    /// - Parameter topic: The bytes of a valid topic; other bytes give an unspecified answer, never a trap.
    /// - Returns: True when every token fits.
    public func matches(_ topic: UnsafeRawBufferPointer) -> Bool {
        if !reachesMaps, Self.isMapTopic(topic) { return false }
        return bytes.withUnsafeBytes { pattern in
            var position = 0
            var index = 0
            while index < pattern.count {
                let expected = pattern[index]
                if expected == TopicGrammar.greater { return position < topic.count }
                guard position < topic.count else { return false }
                if expected == TopicGrammar.star {
                    let start = position
                    while position < topic.count, topic[position] != TopicGrammar.dot { position += 1 }
                    guard position > start else { return false }
                } else {
                    guard topic[position] == expected else { return false }
                    position += 1
                }
                index += 1
            }
            return position == topic.count
        }
    }

    /// Whether the topic passes.
    ///
    /// - Parameter topic: A valid topic.
    /// - Returns: True when every token fits.
    public func matches(_ topic: String) -> Bool {
        var topic = topic
        return topic.withUTF8 { matches(UnsafeRawBufferPointer($0)) }
    }

    /// Whether the topic passes.
    ///
    /// - Parameter topic: A valid topic.
    /// - Returns: True when every token fits.
    public func matches(_ topic: Topic) -> Bool {
        matches(topic.name)
    }

    private static func isMapTopic(_ topic: UnsafeRawBufferPointer) -> Bool {
        topic.count > 4 && topic[0] == UInt8(ascii: "m") && topic[1] == UInt8(ascii: "a")
            && topic[2] == UInt8(ascii: "p") && topic[3] == TopicGrammar.dot
    }

    public static func == (left: TopicFilter, right: TopicFilter) -> Bool {
        left.pattern == right.pattern
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(pattern)
    }
}

extension TopicFilter: ExpressibleByStringLiteral {
    /// A filter written in code.
    ///
    /// An invalid literal is a bug and traps.
    public init(stringLiteral pattern: StaticString) {
        let text = pattern.description
        let violation = TopicGrammar.violation(in: text.utf8, wildcards: true)
        precondition(violation == nil, "not a topic filter: \(text)")
        self.init(validated: text)
    }
}

extension TopicFilter: CustomStringConvertible {
    public var description: String { pattern }
}
