import Events

/// One word of an OData expression, and where it begins.
struct ODataToken: Equatable {
    enum Kind: Equatable {
        case open, close, comma
        case name(String)
        case text(String)
        case number(String)
        case guid(GUID)
        case date(Timestamp)
    }

    let kind: Kind
    /// In bytes from the start.
    let position: Int

    /// Bytes of an expression at most.
    ///
    /// Dataverse takes addresses of 32 KiB.
    static let maxBytes = 32_768

    /// Cuts an expression, percent-decoded, into words.
    ///
    /// - Throws: ``DataverseProblem`` for a text without an end and for signs that cannot stand there.
    static func all(_ expression: String) throws(DataverseProblem) -> [ODataToken] {
        let bytes = Array(expression.utf8)
        guard bytes.count <= maxBytes else { throw .query("The expression is longer than \(maxBytes) bytes.") }
        var tokens: [ODataToken] = []
        var position = 0
        while position < bytes.count {
            let start = position
            switch bytes[position] {
            case UInt8(ascii: " "), UInt8(ascii: "\t"): position += 1
            case UInt8(ascii: "("):
                tokens.append(ODataToken(kind: .open, position: start))
                position += 1
            case UInt8(ascii: ")"):
                tokens.append(ODataToken(kind: .close, position: start))
                position += 1
            case UInt8(ascii: ","):
                tokens.append(ODataToken(kind: .comma, position: start))
                position += 1
            case UInt8(ascii: "'"): tokens.append(try text(bytes, &position))
            default:
                while position < bytes.count, isWordByte(bytes[position]) { position += 1 }
                guard position > start else {
                    throw .query("Syntax error: character at position \(start) is not valid in '\(expression)'.")
                }
                let word = String(decoding: bytes[start..<position], as: UTF8.self)
                tokens.append(ODataToken(kind: kind(word), position: start))
            }
        }
        return tokens
    }

    /// A text in quotes; two quotes in it stand for one.
    private static func text(_ bytes: [UInt8], _ position: inout Int) throws(DataverseProblem) -> ODataToken {
        let start = position
        var text: [UInt8] = []
        position += 1
        while position < bytes.count {
            guard bytes[position] == UInt8(ascii: "'") else {
                text.append(bytes[position])
                position += 1
                continue
            }
            guard position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "'") else {
                position += 1
                return ODataToken(kind: .text(String(decoding: text, as: UTF8.self)), position: start)
            }
            text.append(UInt8(ascii: "'"))
            position += 2
        }
        throw .query("There is an unterminated string literal at position \(start).")
    }

    private static func kind(_ word: String) -> Kind {
        if let guid = GUID(word) { return .guid(guid) }
        guard let first = word.utf8.first, first == UInt8(ascii: "-") || (0x30...0x39).contains(first) else {
            return .name(word)
        }
        if let date = date(word) { return .date(date) }
        return .number(word)
    }

    /// A day, or a moment with its offset.
    static func date(_ word: String) -> Timestamp? {
        if word.utf8.count == 10 { return try? Timestamp(rfc3339: word + "T00:00:00Z") }
        return try? Timestamp(rfc3339: word)
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: ":"): true
        case UInt8(ascii: "@"), UInt8(ascii: "$"), UInt8(ascii: "+"): true
        default: false
        }
    }
}
