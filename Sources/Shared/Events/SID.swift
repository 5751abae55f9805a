/// A kind of resource that has SIDs of its own.
public protocol SIDResource: Sendable {
    /// The two letters its SIDs begin with.
    static var prefix: StaticString { get }
    /// What people call it, for error messages.
    static var name: StaticString { get }
}

/// A provider's identifier of one resource: two letters and 32 hexadecimal digits.
///
/// The type parameter keeps a task from being passed where a worker is meant.
public struct SID<Resource: SIDResource>: Hashable, Sendable {
    /// The identifier as the provider writes it.
    public let text: String

    /// Checks an identifier strictly: the right prefix and 32 hexadecimal digits.
    ///
    /// - Parameter text: The identifier.
    /// - Throws: ``EventError/sidInvalid(resource:prefix:)``.
    public init(_ text: some StringProtocol) throws(EventError) {
        var text = String(text)
        guard text.withUTF8(Self.isStrict) else {
            throw .sidInvalid(resource: Resource.name.description, prefix: Resource.prefix.description)
        }
        self.text = text
    }

    /// Checks an identifier leniently, for test doubles and old exports: the right prefix, then 1 to 62 letters,
    /// digits, `_` or `-`.
    ///
    /// - Parameter text: The identifier.
    /// - Throws: ``EventError/sidInvalid(resource:prefix:)``.
    public init(lenient text: some StringProtocol) throws(EventError) {
        var text = String(text)
        let isLenient = text.withUTF8 { bytes in
            (3...64).contains(bytes.count) && Self.hasPrefix(bytes) && bytes.allSatisfy(TopicGrammar.isTokenByte)
        }
        guard isLenient else {
            throw .sidInvalid(resource: Resource.name.description, prefix: Resource.prefix.description)
        }
        self.text = text
    }

    private static func isStrict(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        bytes.count == 34 && hasPrefix(bytes) && bytes[2...].allSatisfy(isHexadecimal)
    }

    private static func hasPrefix(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        Resource.prefix.withUTF8Buffer { bytes.starts(with: $0) }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }
}

extension SID: Comparable, CustomStringConvertible {
    public static func < (left: SID, right: SID) -> Bool {
        left.text < right.text
    }

    public var description: String { text }
}
