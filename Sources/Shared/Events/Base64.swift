/// Base64 with the standard alphabet and padding (RFC 4648 §4).
public enum Base64 {
    /// Encodes bytes.
    ///
    /// - Parameter bytes: Any bytes.
    /// - Returns: ASCII text, a multiple of four bytes long.
    public static func encode(_ bytes: some Collection<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var group: UInt32 = 0
        var count = 0
        for byte in bytes {
            group = group << 8 | UInt32(byte)
            count += 1
            if count == 3 {
                for shift in [18, 12, 6, 0] { text.append(alphabet[Int(group >> UInt32(shift) & 63)]) }
                group = 0
                count = 0
            }
        }
        if count > 0 {
            group <<= UInt32(8 * (3 - count))
            for shift in [18, 12, 6].prefix(count + 1) { text.append(alphabet[Int(group >> UInt32(shift) & 63)]) }
            while text.count % 4 != 0 { text.append(UInt8(ascii: "=")) }
        }
        return text
    }

    /// Decodes padded Base64.
    ///
    /// - Parameter text: ASCII text.
    /// - Returns: The bytes, nil when a byte is outside the alphabet, the padding is wrong or bits are left over.
    public static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        let symbols = text.count - trailingPadding(text)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(symbols * 3 / 4)
        var group: UInt32 = 0
        var bits: UInt32 = 0
        for byte in text.prefix(symbols) {
            guard let value = value(of: byte) else { return nil }
            group = group << 6 | value
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: group >> bits))
            }
        }
        guard bits < 6, group & ((1 << bits) - 1) == 0 else { return nil }
        return bytes
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static func trailingPadding(_ text: some Collection<UInt8>) -> Int {
        let tail = Array(text.suffix(2))
        guard tail.last == UInt8(ascii: "=") else { return 0 }
        return tail.first == UInt8(ascii: "=") ? 2 : 1
    }

    private static func value(of byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
