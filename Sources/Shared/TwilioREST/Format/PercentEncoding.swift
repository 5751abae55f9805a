/// Percent-encoding of everything but RFC 3986's unreserved characters.
enum PercentEncoding {
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// Appends a text, encoded.
    ///
    /// - Parameters:
    ///   - text: Any text, encoded as UTF-8.
    ///   - bytes: Where to append it.
    ///   - space: What stands for a space: `+` in forms, nil for `%20`.
    static func append(_ text: String, to bytes: inout [UInt8], space: UInt8?) {
        var text = text
        text.withUTF8 { utf8 in
            for byte in utf8 {
                if isUnreserved(byte) {
                    bytes.append(byte)
                } else if byte == UInt8(ascii: " "), let space {
                    bytes.append(space)
                } else {
                    bytes.append(UInt8(ascii: "%"))
                    bytes.append(digits[Int(byte >> 4)])
                    bytes.append(digits[Int(byte & 15)])
                }
            }
        }
    }

    @inline(__always)
    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
