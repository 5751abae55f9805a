/// Turns the inside of a JSON string that has escapes into text.
enum JSONUnescape {
    /// The text of a checked string's inside.
    static func text(_ inside: UnsafeRawBufferPointer) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(inside.count)
        var position = 0
        while position < inside.count {
            let byte = inside[position]
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                position += 1
                continue
            }
            let kind = inside[position + 1]
            position += 2
            switch kind {
            case UInt8(ascii: "b"): bytes.append(0x08)
            case UInt8(ascii: "f"): bytes.append(0x0C)
            case UInt8(ascii: "n"): bytes.append(0x0A)
            case UInt8(ascii: "r"): bytes.append(0x0D)
            case UInt8(ascii: "t"): bytes.append(0x09)
            case UInt8(ascii: "u"): bytes.append(contentsOf: String(scalar(inside, &position)).utf8)
            default: bytes.append(kind)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The value of a hexadecimal digit, nil for other bytes.
    static func digit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A")) + 10
        default: nil
        }
    }

    /// Reads the four digits at `position`, and a low surrogate after a high one; a lone surrogate is U+FFFD.
    private static func scalar(_ inside: UnsafeRawBufferPointer, _ position: inout Int) -> Character {
        let first = unit(inside, position)
        position += 4
        if (0xD800..<0xDC00).contains(first), position + 6 <= inside.count, inside[position] == UInt8(ascii: "\\"),
            inside[position + 1] == UInt8(ascii: "u")
        {
            let second = unit(inside, position + 2)
            if (0xDC00..<0xE000).contains(second) {
                position += 6
                let combined = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)
                return Character(Unicode.Scalar(combined) ?? "\u{FFFD}")
            }
        }
        return Character(Unicode.Scalar(first) ?? "\u{FFFD}")
    }

    private static func unit(_ inside: UnsafeRawBufferPointer, _ position: Int) -> UInt32 {
        inside[position..<(position + 4)].reduce(0) { $0 << 4 | (digit($1) ?? 0) }
    }
}
