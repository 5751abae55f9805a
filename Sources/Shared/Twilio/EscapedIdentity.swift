/// The identity of a person as a Flex project spells it: every byte but letters and digits as `_` and two upper-case
/// hexadecimal digits, so `ana@example.com` is `ana_40example_2Ecom` (twilio.md G-9, FF-26).
public struct EscapedIdentity: Hashable, Sendable {
    /// The escaped name.
    public let text: String

    /// Escapes a name.
    ///
    /// - Parameter identity: The raw name.
    public init(_ identity: Identity) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(identity.text.utf8.count)
        for byte in identity.text.utf8 {
            if Self.isPlain(byte) {
                bytes.append(byte)
            } else {
                bytes.append(UInt8(ascii: "_"))
                bytes.append(Self.digits[Int(byte >> 4)])
                bytes.append(Self.digits[Int(byte & 15)])
            }
        }
        text = String(decoding: bytes, as: UTF8.self)
    }

    /// A name that a Flex project sent, escaped already.
    ///
    /// - Parameter text: The identity from a webhook or an answer.
    public init(received text: String) {
        self.text = text
    }

    /// The raw name.
    public var identity: Identity { Identity(self) }

    /// The byte that an escape at a position stands for; nil when there is none that ``init(_:)`` could have written.
    static func escape(in bytes: [UInt8], at position: Int) -> UInt8? {
        guard bytes[position] == UInt8(ascii: "_"), position + 2 < bytes.count,
            let high = digits.firstIndex(of: bytes[position + 1]), let low = digits.firstIndex(of: bytes[position + 2])
        else { return nil }
        let byte = UInt8(high << 4 | low)
        return isPlain(byte) ? nil : byte
    }

    private static let digits = Array("0123456789ABCDEF".utf8)

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}
