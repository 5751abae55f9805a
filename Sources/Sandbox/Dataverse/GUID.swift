/// The 128 bits that name a row, a user or a tenant.
struct GUID: Hashable, Sendable {
    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Reads 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12, of any case; nil for anything else.
    init?(_ text: some StringProtocol) {
        guard text.utf8.count == 36 else { return nil }
        var digits = 0
        var halves: (high: UInt64, low: UInt64) = (0, 0)
        var position = 0
        for byte in text.utf8 {
            if position == 8 || position == 13 || position == 18 || position == 23 {
                guard byte == UInt8(ascii: "-") else { return nil }
            } else {
                guard let value = Self.digit(byte) else { return nil }
                if digits < 16 { halves.high = halves.high << 4 | UInt64(value) }
                if digits >= 16 { halves.low = halves.low << 4 | UInt64(value) }
                digits += 1
            }
            position += 1
        }
        (high, low) = halves
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// Always the same for the same inputs, with the marks of a random one.
    static func seeded(_ seed: UInt64, _ name: String, _ index: Int) -> GUID {
        let start = name.utf8.reduce(seed) { SeededGenerator.mixed($0 &+ UInt64($1)) }
        var dice = SeededGenerator(seed: start &+ SeededGenerator.mixed(UInt64(index)))
        return GUID.marked(dice.next(), dice.next())
    }

    /// A new one.
    static func random(using generator: inout some RandomNumberGenerator) -> GUID {
        marked(generator.next(), generator.next())
    }

    private static func marked(_ high: UInt64, _ low: UInt64) -> GUID {
        GUID(high: high & ~0xF000 | 0x4000, low: low & ~(0b11 << 62) | 0b10 << 62)
    }

    /// Lower-case digits in five groups.
    var text: String {
        String(unsafeUninitializedCapacity: 36) { buffer in
            var position = 0
            for digit in 0..<32 {
                if digit == 8 || digit == 12 || digit == 16 || digit == 20 {
                    buffer[position] = UInt8(ascii: "-")
                    position += 1
                }
                let half = digit < 16 ? high : low
                let nibble = UInt8(half >> UInt64(60 - 4 * (digit & 15)) & 15)
                buffer[position] = nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
                position += 1
            }
            return 36
        }
    }
}

extension GUID: Comparable {
    static func < (left: GUID, right: GUID) -> Bool { (left.high, left.low) < (right.high, right.low) }
}
