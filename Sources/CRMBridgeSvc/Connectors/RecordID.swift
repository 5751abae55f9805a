import Crypto

/// Ids that follow from what they stand for, so that a repeated write finds what the first one made.
enum RecordID {
    /// A UUID (version 8) from the parts, in lower case: also CRMs whose keys are GUIDs take it.
    static func uuid(_ parts: String...) -> String {
        var bytes = Array(digest(parts).prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        let hex = hex(bytes)
        var text = ""
        for (index, digit) in hex.enumerated() {
            if [8, 12, 16, 20].contains(index) { text.append("-") }
            text.append(digit)
        }
        return text
    }

    /// A short id: the prefix, `_`, 20 hexadecimal digits.
    static func short(_ prefix: String, _ parts: String...) -> String {
        "\(prefix)_\(hex(Array(digest(parts).prefix(10))))"
    }

    /// Parts are told apart by a byte that texts do not have.
    private static func digest(_ parts: [String]) -> [UInt8] {
        var hash = SHA256()
        for part in parts {
            hash.update(data: Array(part.utf8))
            hash.update(data: [0xFF])
        }
        return Array(hash.finalize())
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
