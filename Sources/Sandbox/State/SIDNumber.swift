/// The 128 bits of a SID without its prefix: 16 bytes where the text takes 34 and an allocation.
struct SIDNumber: Hashable, Sendable {
    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Reads a SID; nil for another prefix or anything but 32 lower-case hexadecimal digits.
    init?(_ sid: String, prefix: StaticString) {
        var sid = sid
        let parsed: (UInt64, UInt64)? = sid.withUTF8 { bytes in
            guard bytes.count == 34, prefix.withUTF8Buffer({ bytes.starts(with: $0) }) else { return nil }
            guard let high = Self.number(bytes[2..<18]), let low = Self.number(bytes[18..<34]) else { return nil }
            return (high, low)
        }
        guard let parsed else { return nil }
        (high, low) = parsed
    }

    /// The SID with a prefix of two letters.
    func text(_ prefix: StaticString) -> String {
        String(unsafeUninitializedCapacity: 34) { buffer in
            prefix.withUTF8Buffer { letters in
                buffer[0] = letters[0]
                buffer[1] = letters[1]
            }
            for position in 0..<16 {
                buffer[2 + position] = Self.digit(high >> UInt64(60 - 4 * position))
                buffer[18 + position] = Self.digit(low >> UInt64(60 - 4 * position))
            }
            return 34
        }
    }

    static func append(_ half: UInt64, to bytes: inout [UInt8]) {
        for position in 0..<16 { bytes.append(digit(half >> UInt64(60 - 4 * position))) }
    }

    private static func digit(_ value: UInt64) -> UInt8 {
        let nibble = UInt8(value & 15)
        return nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
    }

    private static func number(_ digits: some Sequence<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for digit in digits {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt64(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt64(digit - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        return value
    }
}
