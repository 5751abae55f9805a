import Events

/// What stands in one column of a row.
enum DataverseValue: Hashable, Sendable {
    case text(String)
    /// Whole numbers and choices.
    case number(Int)
    case bool(Bool)
    case date(Timestamp)
    case guid(GUID)
    case lookup(GUID, DataverseTable.Name)

    /// As the Web API writes it: dates in whole seconds, lookups as what they lead to.
    func write(_ json: inout JSONWriter) {
        switch self {
        case .text(let text): json.string(text)
        case .number(let number): json.raw(Array(String(number).utf8))
        case .bool(let flag): flag ? json.raw("true") : json.raw("false")
        case .date(let date): json.timestamp(date.wholeSeconds)
        case .guid(let guid), .lookup(let guid, _): json.string(guid.text)
        }
    }

    /// Equal values have the same key, whatever the case of their letters.
    var indexKey: UInt64 {
        switch self {
        case .text(let text): Self.key(of: text)
        case .number(let number): SeededGenerator.mixed(UInt64(bitPattern: Int64(number)))
        case .bool(let flag): flag ? 1 : 0
        case .date(let date): SeededGenerator.mixed(date.unixNanoseconds)
        case .guid(let guid), .lookup(let guid, _): SeededGenerator.mixed(guid.high ^ SeededGenerator.mixed(guid.low))
        }
    }

    /// FNV-1a over the folded text.
    private static func key(of text: String) -> UInt64 {
        var key: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in FoldedText.bytes(text) { key = (key ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return key
    }
}

/// Text for comparisons, which do not see the case of letters.
///
/// Dataverse compares by the collation of its database, which may ignore accents as well; that is not documented for the
/// Web API, and here accents count.
enum FoldedText {
    /// The UTF-8 of the text in lower case.
    static func bytes(_ text: String) -> [UInt8] {
        var text = text
        let ascii: [UInt8]? = text.withUTF8 { bytes in
            guard bytes.allSatisfy({ $0 < 0x80 }) else { return nil }
            return bytes.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
        }
        return ascii ?? Array(plain(text).utf8)
    }

    /// Lower case, and signs of full width as those of half: SQL Server's usual collation does not tell them apart.
    private static func plain(_ text: String) -> String {
        var halves = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0xFF01...0xFF5E: halves.append(Unicode.Scalar(UInt8(scalar.value - 0xFEE0)))
            case 0x3000: halves.append(" ")
            default: halves.append(scalar)
            }
        }
        return String(halves).lowercased()
    }

    /// Bytes that are folded as they are looked at: ASCII, or folded already.
    struct Bytes {
        fileprivate let bytes: UnsafeBufferPointer<UInt8>

        var count: Int { bytes.count }

        /// Whether these bytes, which are folded, stand at a position.
        func has(_ needle: [UInt8], at start: Int) -> Bool {
            guard start >= 0, start + needle.count <= bytes.count else { return false }
            for index in needle.indices {
                let byte = bytes[start + index]
                let isUpper = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
                if (isUpper ? byte | 0x20 : byte) != needle[index] { return false }
            }
            return true
        }

        func contains(_ needle: [UInt8]) -> Bool {
            guard needle.count <= bytes.count else { return false }
            return (0...bytes.count - needle.count).contains { has(needle, at: $0) }
        }
    }

    /// Looks at a text without making another of it unless it must.
    static func with(_ text: String, _ body: (Bytes) -> Bool) -> Bool {
        var text = text
        let answer: Bool? = text.withUTF8 { bytes in
            bytes.allSatisfy { $0 < 0x80 } ? body(Bytes(bytes: bytes)) : nil
        }
        return answer ?? Array(plain(text).utf8).withUnsafeBufferPointer { body(Bytes(bytes: $0)) }
    }
}
