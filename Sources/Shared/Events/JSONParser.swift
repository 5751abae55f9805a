/// Reads JSON from bytes: whole values, or past values that are only checked.
///
/// Strict on grammar and depth; lenient on lone surrogates and ill-formed UTF-8 in strings, which become U+FFFD.
struct JSONParser {
    let bytes: UnsafeRawBufferPointer
    private(set) var position = 0
    private var depth: Int

    init(_ bytes: UnsafeRawBufferPointer, depth: Int = 0) {
        self.bytes = bytes
        self.depth = depth
    }

    /// Checks that only white space is left.
    mutating func end() throws(EventError) {
        skipWhitespace()
        guard position == bytes.count else { throw malformed("something follows the value") }
    }

    /// Reads one value.
    mutating func value() throws(EventError) -> JSONValue {
        switch try peek() {
        case UInt8(ascii: "{"): return .object(try object())
        case UInt8(ascii: "["):
            var elements: [JSONValue] = []
            try array { (parser) throws(EventError) in elements.append(try parser.value()) }
            return .array(elements)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"):
            try literal("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try literal("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try literal("null")
            return .null
        default: return .number(JSONNumber(validated: String(decoding: bytes[try number()], as: UTF8.self)))
        }
    }

    /// Checks one value and returns where it lies.
    mutating func skipValue() throws(EventError) -> Range<Int> {
        let first = try peek()
        let start = position
        switch first {
        case UInt8(ascii: "{"):
            try members { (parser) throws(EventError) in
                _ = try parser.skipString()
                try parser.colon()
                _ = try parser.skipValue()
            }
        case UInt8(ascii: "["): try array { (parser) throws(EventError) in _ = try parser.skipValue() }
        case UInt8(ascii: "\""): _ = try skipString()
        case UInt8(ascii: "t"): try literal("true")
        case UInt8(ascii: "f"): try literal("false")
        case UInt8(ascii: "n"): try literal("null")
        default: _ = try number()
        }
        return start..<position
    }

    /// Reads a string.
    mutating func string() throws(EventError) -> String {
        let (inside, hasEscapes) = try skipString()
        let slice = UnsafeRawBufferPointer(rebasing: bytes[inside])
        guard hasEscapes else { return String(decoding: slice, as: UTF8.self) }
        return JSONUnescape.text(slice)
    }

    /// Reads an object's members one after the other; `member` starts at the name.
    mutating func members(_ member: (inout JSONParser) throws(EventError) -> Void) throws(EventError) {
        try sequence(open: "{", close: "}", expecting: "a member name in quotes", member)
    }

    /// Reads the colon after a member name.
    mutating func colon() throws(EventError) {
        skipWhitespace()
        guard take(UInt8(ascii: ":")) else { throw malformed("expected ':'") }
    }

    private mutating func object() throws(EventError) -> JSONObject {
        var object = JSONObject()
        // Looking for equal names is quadratic; beyond this many members a set does it.
        var seen: Set<String>?
        try members { (parser) throws(EventError) in
            let name = try parser.string()
            try parser.colon()
            let value = try parser.value()
            if object.count == 32, seen == nil { seen = Set(object.members.map(\.name)) }
            if seen?.insert(name).inserted == true {
                object.append(name, value)
            } else {
                object[name] = value
            }
        }
        return object
    }

    private mutating func array(_ element: (inout JSONParser) throws(EventError) -> Void) throws(EventError) {
        try sequence(open: "[", close: "]", expecting: nil, element)
    }

    private mutating func sequence(
        open: Unicode.Scalar, close: Unicode.Scalar, expecting: String?,
        _ element: (inout JSONParser) throws(EventError) -> Void
    ) throws(EventError) {
        guard try peek() == UInt8(ascii: open) else { throw malformed("expected '\(open)'") }
        position += 1
        depth += 1
        defer { depth -= 1 }
        guard depth <= EventLimits.jsonDepth else { throw malformed("nested over \(EventLimits.jsonDepth) levels") }
        skipWhitespace()
        if take(UInt8(ascii: close)) { return }
        while true {
            let next = try peek()
            if let expecting, next != UInt8(ascii: "\"") { throw malformed("expected \(expecting)") }
            try element(&self)
            skipWhitespace()
            if take(UInt8(ascii: close)) { return }
            guard take(UInt8(ascii: ",")) else { throw malformed("expected ',' or '\(close)'") }
        }
    }

    /// Passes a string; gives the range between its quotes and whether a backslash is in it.
    private mutating func skipString() throws(EventError) -> (inside: Range<Int>, hasEscapes: Bool) {
        guard try peek() == UInt8(ascii: "\"") else { throw malformed("expected a string") }
        position += 1
        let start = position
        var hasEscapes = false
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                return (start..<position - 1, hasEscapes)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                try skipEscape()
            case 0..<0x20: throw malformed("a control character in a string")
            default: position += 1
            }
        }
        throw malformed("the text ends inside a string")
    }

    private mutating func skipEscape() throws(EventError) {
        guard position + 1 < bytes.count else { throw malformed("the text ends inside a string") }
        switch bytes[position + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 2
        case UInt8(ascii: "u"):
            guard position + 6 <= bytes.count,
                bytes[(position + 2)..<(position + 6)].allSatisfy({ JSONUnescape.digit($0) != nil })
            else { throw malformed("\\u without four hexadecimal digits") }
            position += 6
        default: throw malformed("an unknown escape")
        }
    }

    private mutating func number() throws(EventError) -> Range<Int> {
        let start = position
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) {
            guard skipDigits() else { throw malformed("expected a value") }
        }
        if take(UInt8(ascii: ".")) {
            guard skipDigits() else { throw malformed("expected digits after '.'") }
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard skipDigits() else { throw malformed("expected digits in the exponent") }
        }
        return start..<position
    }

    private mutating func skipDigits() -> Bool {
        let start = position
        while position < bytes.count, bytes[position] >= UInt8(ascii: "0"), bytes[position] <= UInt8(ascii: "9") {
            position += 1
        }
        return position > start
    }

    private mutating func literal(_ word: StaticString) throws(EventError) {
        let fits = word.withUTF8Buffer { bytes[position...].starts(with: $0) }
        guard fits else { throw malformed("expected a value") }
        position += word.utf8CodeUnitCount
    }

    private mutating func peek() throws(EventError) -> UInt8 {
        skipWhitespace()
        guard position < bytes.count else { throw malformed("the text ends early") }
        return bytes[position]
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipWhitespace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    private func malformed(_ reason: String) -> EventError {
        .jsonMalformed(offset: position, reason: reason)
    }
}
