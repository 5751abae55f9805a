/// The identity of a person as a human wrote it: a worker's name, an e-mail address, a participant of the mobile app.
///
/// A Flex project spells the same person escaped, which is another type: ``EscapedIdentity``. One is made from the other,
/// never from itself, so that nobody escapes twice.
public struct Identity: Hashable, Sendable {
    /// The name, as it is.
    public let text: String

    /// A raw name.
    ///
    /// - Parameter text: Any text, as a person or a raw project spells it.
    public init(_ text: String) {
        self.text = text
    }

    /// The name that an escaped one stands for.
    ///
    /// An escape is `_` and two upper-case hexadecimal digits of a byte that is no letter and no digit: just what
    /// ``EscapedIdentity`` writes. Anything else stays as it is, `_4` and `_41` (which is an `A`) among it. When the
    /// bytes do not come to valid UTF-8, only the ASCII ones among the escapes are decoded.
    ///
    /// - Parameter escaped: The escaped name.
    public init(_ escaped: EscapedIdentity) {
        let bytes = Array(escaped.text.utf8)
        let all = Self.decode(bytes) { _ in true }
        if let text = String(validating: all, as: UTF8.self) {
            self.text = text
        } else {
            text = String(decoding: Self.decode(bytes) { $0 < 0x80 }, as: UTF8.self)
        }
    }

    /// The form a Flex project uses.
    public var escaped: EscapedIdentity { EscapedIdentity(self) }

    private static func decode(_ bytes: [UInt8], where isWanted: (UInt8) -> Bool) -> [UInt8] {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var position = 0
        while position < bytes.count {
            if let byte = EscapedIdentity.escape(in: bytes, at: position), isWanted(byte) {
                decoded.append(byte)
                position += 3
            } else {
                decoded.append(bytes[position])
                position += 1
            }
        }
        return decoded
    }
}
