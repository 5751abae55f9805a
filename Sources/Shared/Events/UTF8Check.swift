/// Checks UTF-8 without building a String.
public enum UTF8Check {
    /// Whether the bytes are well-formed UTF-8 by table 3-7 of the Unicode standard.
    ///
    /// - Parameter bytes: Any bytes.
    /// - Returns: True when each sequence is complete, shortest and no surrogate.
    public static func isValid(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var position = 0
        while position < bytes.count {
            while position + 8 <= bytes.count,
                bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
            {
                position += 8
            }
            guard position < bytes.count else { return true }
            if bytes[position] < 0x80 {
                position += 1
            } else {
                let length = sequenceLength(bytes, at: position)
                guard length > 0 else { return false }
                position += length
            }
        }
        return true
    }

    /// The length of the well-formed multi-byte sequence at a position, 0 when it is ill-formed.
    private static func sequenceLength(_ bytes: UnsafeRawBufferPointer, at position: Int) -> Int {
        let (length, second): (Int, ClosedRange<UInt8>) =
            switch bytes[position] {
            case 0xC2...0xDF: (2, 0x80...0xBF)
            case 0xE0: (3, 0xA0...0xBF)
            case 0xED: (3, 0x80...0x9F)
            case 0xE1...0xEF: (3, 0x80...0xBF)
            case 0xF0: (4, 0x90...0xBF)
            case 0xF1...0xF3: (4, 0x80...0xBF)
            case 0xF4: (4, 0x80...0x8F)
            default: (0, 0...0)
            }
        guard length > 0, position + length <= bytes.count, second.contains(bytes[position + 1]) else { return 0 }
        for offset in 2..<max(length, 2) where bytes[position + offset] & 0xC0 != 0x80 { return 0 }
        return length
    }
}
