/// Texts as they stand in an OData query (OData 4.01, part 2).
enum ODataText {
    /// A text as a literal: in quotes, every quote doubled.
    ///
    /// What is inside cannot end it. Control characters are left out: no column that is searched has any.
    static func literal(_ text: String) -> String {
        var literal = "'"
        for scalar in text.unicodeScalars where scalar.value >= 0x20 && scalar.value != 0x7F {
            if scalar == "'" { literal.unicodeScalars.append("'") }
            literal.unicodeScalars.append(scalar)
        }
        return literal + "'"
    }

    /// A text in which nothing is a wildcard: `%`, `_` and `[` in brackets, as Dataverse's string functions want it.
    static func plain(_ text: String) -> String {
        var plain = ""
        for character in text {
            switch character {
            case "%", "_", "[": plain += "[\(character)]"
            default: plain.append(character)
            }
        }
        return plain
    }

    /// Percent-encodes everything but unreserved characters (RFC 3986 §2.3): `+` becomes `%2B`, a space `%20`.
    static func encoded(_ text: String) -> String {
        var encoded: [UInt8] = []
        encoded.reserveCapacity(text.utf8.count * 2)
        for byte in text.utf8 {
            if isUnreserved(byte) {
                encoded.append(byte)
            } else {
                encoded.append(UInt8(ascii: "%"))
                encoded.append(digit(byte >> 4))
                encoded.append(digit(byte & 15))
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    /// Whether a text may be a column's name: letters, digits and `_`, at most 100 bytes.
    static func isColumn(_ text: String) -> Bool {
        (1...100).contains(text.utf8.count) && text.utf8.first.map { !(0x30...0x39).contains($0) } == true
            && text.utf8.allSatisfy { $0 == UInt8(ascii: "_") || isUnreserved($0) && $0 != UInt8(ascii: "-") }
            && !text.contains { $0 == "." || $0 == "~" }
    }
}

/// A key of Dataverse: 32 hexadecimal digits in five groups, in lower case.
///
/// Nothing else reaches a path or a query.
struct RecordGUID: Hashable, Sendable {
    let text: String

    /// Reads one as systems write it: either case, with or without braces.
    init?(_ text: String) {
        var text = text[...]
        if text.hasPrefix("{"), text.hasSuffix("}") { text = text.dropFirst().dropLast() }
        let groups = text.split(separator: "-", omittingEmptySubsequences: false)
        guard groups.map(\.utf8.count) == [8, 4, 4, 4, 12],
            groups.allSatisfy({
                $0.utf8.allSatisfy { byte in
                    (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte | 0x20)
                }
            })
        else { return nil }
        self.text = text.lowercased()
    }
}
