/// Writes compact JSON straight into bytes: the webhook hot path writes thousands of documents a second with it.
///
/// It writes what it is told; balance of braces and commas is the caller's. Strings are escaped as RFC 8259 §7 asks and
/// otherwise copied.
public struct JSONWriter: Sendable {
    /// What has been written.
    public private(set) var bytes: [UInt8]

    /// An empty writer.
    ///
    /// - Parameter capacity: Bytes to reserve.
    public init(capacity: Int = 256) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// Writes bytes as they are: punctuation, a prepared member name, an already valid JSON text.
    ///
    /// - Parameter literal: The bytes.
    @inline(__always)
    public mutating func raw(_ literal: StaticString) {
        literal.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    /// Writes bytes as they are.
    ///
    /// - Parameter text: The bytes.
    @inline(__always)
    public mutating func raw(_ text: [UInt8]) {
        bytes.append(contentsOf: text)
    }

    /// Writes bytes as they are.
    ///
    /// - Parameter text: The bytes.
    @inline(__always)
    public mutating func raw(_ text: UnsafeRawBufferPointer) {
        bytes.append(contentsOf: text)
    }

    /// Writes one byte as it is.
    ///
    /// - Parameter byte: An ASCII byte.
    @inline(__always)
    public mutating func raw(byte: UInt8) {
        bytes.append(byte)
    }

    /// Writes a quoted, escaped string.
    ///
    /// - Parameter text: Any text.
    public mutating func string(_ text: String) {
        var text = text
        text.withUTF8 { string(UnsafeRawBufferPointer($0)) }
    }

    /// Writes a quoted, escaped string.
    ///
    /// - Parameter utf8: Valid UTF-8; the caller has checked it.
    public mutating func string(_ utf8: UnsafeRawBufferPointer) {
        bytes.append(UInt8(ascii: "\""))
        escaped(utf8)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Writes the inside of a string, without quotes, for strings put together from pieces.
    ///
    /// - Parameter utf8: Valid UTF-8; the caller has checked it.
    public mutating func escaped(_ utf8: UnsafeRawBufferPointer) {
        var start = 0
        while true {
            let stop = Self.firstEscape(in: utf8, from: start)
            if stop > start { bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: utf8[start..<stop])) }
            guard stop < utf8.count else { return }
            escape(utf8[stop])
            start = stop + 1
        }
    }

    /// Writes `"name":`.
    ///
    /// - Parameter name: Any text.
    public mutating func name(_ name: String) {
        string(name)
        bytes.append(UInt8(ascii: ":"))
    }

    /// Writes a moment as a quoted RFC 3339 string.
    ///
    /// - Parameter time: The moment.
    public mutating func timestamp(_ time: Timestamp) {
        bytes.append(UInt8(ascii: "\""))
        time.appendRFC3339(to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Writes a valid JSON text on one line: line breaks and tabs between its tokens are left out.
    ///
    /// - Parameter text: Valid JSON; control characters stand only between tokens there.
    public mutating func compact(_ text: UnsafeRawBufferPointer) {
        guard text.contains(where: { $0 < 0x20 }) else { return raw(text) }
        bytes.append(contentsOf: text.lazy.filter { $0 >= 0x20 })
    }

    /// Writes any value.
    ///
    /// - Parameter value: The value.
    public mutating func value(_ value: JSONValue) {
        switch value {
        case .null: raw("null")
        case .bool(let flag): flag ? raw("true") : raw("false")
        case .number(let number): bytes.append(contentsOf: number.literal.utf8)
        case .string(let text): string(text)
        case .array(let elements):
            raw("[")
            for (index, element) in elements.enumerated() {
                if index > 0 { raw(",") }
                self.value(element)
            }
            raw("]")
        case .object(let object):
            raw("{")
            for (index, member) in object.members.enumerated() {
                if index > 0 { raw(",") }
                name(member.name)
                self.value(member.value)
            }
            raw("}")
        }
    }

    /// The first position at or after `start` whose byte needs an escape; eight bytes at a time while none does.
    private static func firstEscape(in utf8: UnsafeRawBufferPointer, from start: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        var position = start
        while position + 8 <= utf8.count {
            let word = utf8.loadUnaligned(fromByteOffset: position, as: UInt64.self)
            let quotes = word ^ (ones &* 0x22)
            let slashes = word ^ (ones &* 0x5C)
            let hits =
                ((word &- ones &* 0x20) & ~word) | ((quotes &- ones) & ~quotes) | ((slashes &- ones) & ~slashes)
            if hits & highs != 0 { break }
            position += 8
        }
        while position < utf8.count {
            let byte = utf8[position]
            if byte < 0x20 || byte == 0x22 || byte == 0x5C { break }
            position += 1
        }
        return position
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): raw("\\\"")
        case UInt8(ascii: "\\"): raw("\\\\")
        case 0x0A: raw("\\n")
        case 0x0D: raw("\\r")
        case 0x09: raw("\\t")
        case 0x08: raw("\\b")
        case 0x0C: raw("\\f")
        default:
            raw("\\u00")
            bytes.append(Self.hexadecimal[Int(byte >> 4)])
            bytes.append(Self.hexadecimal[Int(byte & 15)])
        }
    }

    private static let hexadecimal = Array("0123456789abcdef".utf8)
}
