/// What kind of fact or request an event is: `task.reserved`, `dial.requested`.
///
/// One or more tokens of `[A-Za-z0-9_-]` joined by dots, at most ``EventLimits/topicBytes`` bytes. It is the CloudEvents
/// `type`, the first frame of the live tap and what filters match.
public struct Topic: Hashable, Sendable {
    /// The topic as it travels.
    public let name: String

    /// Checks a topic that came from outside.
    ///
    /// - Parameter name: The dotted tokens.
    /// - Throws: ``EventError/topicInvalid(reason:)``.
    public init(_ name: some StringProtocol) throws(EventError) {
        if let reason = TopicGrammar.violation(in: name.utf8, wildcards: false) {
            throw .topicInvalid(reason: reason)
        }
        self.name = String(name)
    }

    /// Takes bytes that ``TopicGrammar`` has already accepted.
    init(validated name: String) {
        self.name = name
    }
}

extension Topic: ExpressibleByStringLiteral {
    /// A topic written in code.
    ///
    /// An invalid literal is a bug and traps.
    public init(stringLiteral name: StaticString) {
        let text = name.description
        let violation = TopicGrammar.violation(in: text.utf8, wildcards: false)
        precondition(violation == nil, "not a topic: \(text)")
        self.name = text
    }
}

extension Topic: Comparable, CustomStringConvertible {
    public static func < (left: Topic, right: Topic) -> Bool {
        left.name < right.name
    }

    public var description: String { name }
}

/// The shared grammar of topics and filters.
enum TopicGrammar {
    static let dot = UInt8(ascii: ".")
    static let star = UInt8(ascii: "*")
    static let greater = UInt8(ascii: ">")

    /// Whether a byte may stand in a token.
    static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// The first rule that the text breaks, or nil when it keeps all of them.
    static func violation(in bytes: some Collection<UInt8>, wildcards: Bool) -> String? {
        guard !bytes.isEmpty else { return "it is empty" }
        guard bytes.count <= EventLimits.topicBytes else { return "it has \(bytes.count) bytes" }
        var tokenLength = 0
        var tokenIsWildcard = false
        var sawTail = false
        for byte in bytes {
            if byte == dot {
                guard tokenLength > 0 else { return "a token is empty" }
                guard !sawTail else { return "'>' is not the last token" }
                tokenLength = 0
                tokenIsWildcard = false
                continue
            }
            guard !tokenIsWildcard else { return "a wildcard is only part of a token" }
            if byte == star || byte == greater {
                guard wildcards else { return "wildcards belong in filters" }
                guard tokenLength == 0 else { return "a wildcard is only part of a token" }
                tokenIsWildcard = true
                sawTail = byte == greater
            } else if !isTokenByte(byte) {
                return "a byte outside [A-Za-z0-9_-]"
            }
            tokenLength += 1
        }
        return tokenLength > 0 ? nil : "a token is empty"
    }
}
