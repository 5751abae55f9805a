import Events
import TestSupport
import Testing

@Suite struct JSONTests {
    @Test(
        "Valid JSON is read and written again without change",
        arguments: [
            "null", "true", "[]", "{}", "0", "-0", "1.0", "1e400", "12345678901234567890", "-1.5E-3", "\"\"",
            "{\"a\":[1,{\"b\":null}],\"c\":\"\\\"\\\\\\n\\u0001é👋\"}",
        ])
    func passesThrough(text: String) throws {
        #expect(try JSONValue(parsing: text.utf8).description == text)
    }

    @Test(
        "Malformed JSON is refused with the byte where it stops",
        arguments: [
            ("", 0), ("tru", 0), ("[1,]", 3), ("{\"a\"}", 4), ("{a:1}", 1), ("01", 1), ("1.", 2), ("-", 1),
            ("\"\\x\"", 1),
            ("\"a", 2), ("\"\n\"", 1), ("[1 2]", 3), ("nullx", 4), ("\"\\u12g4\"", 1), ("{\"a\":1,}", 7), ("+1", 0),
        ])
    func refuses(text: String, offset: Int) {
        #expect {
            try JSONValue(parsing: text.utf8)
        } throws: { error in
            guard case .jsonMalformed(let at, _)? = error as? EventError else { return false }
            return at == offset
        }
    }

    @Test("Nesting is bounded, not left to the stack")
    func boundsDepth() throws {
        let deepest = String(repeating: "[", count: 128) + String(repeating: "]", count: 128)
        _ = try JSONValue(parsing: deepest.utf8)
        #expect(throws: EventError.self) { try JSONValue(parsing: "[\(deepest)]".utf8) }
        #expect(throws: EventError.self) {
            try JSONValue(parsing: [UInt8](repeating: UInt8(ascii: "["), count: 1 << 20))
        }
    }

    @Test("Escapes become text; lone surrogates become the replacement character")
    func unescapes() throws {
        let text = "\"\\u00e9\\ud83d\\udc4b\\/\\b\\f\\r\\ud83dx\\udc4b\""
        #expect(try JSONValue(parsing: text.utf8).string == "é👋/\u{8}\u{C}\r\u{FFFD}x\u{FFFD}")
    }

    @Test("Of equal names the last stands, in objects small and large")
    func lastNameStands() throws {
        let many = (0..<100).map { "\"k\($0 % 50)\":\($0)" }.joined(separator: ",")
        let object = try #require(try JSONValue(parsing: "{\(many)}".utf8).object)
        #expect(object.count == 50)
        #expect(object["k7"] == 57)
    }

    @Test("Objects are equal whatever the order of their members")
    func equality() throws {
        let one: JSONValue = ["a": 1, "b": [true]]
        let other: JSONValue = ["b": [true], "a": 1]
        #expect(one == other)
        #expect(one.hashValue == other.hashValue)
        #expect(one != ["a": 1, "b": [false]])
    }

    @Test("Strings of any text survive writing and reading", arguments: 0..<20)
    func roundTrips(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<300 {
            let text = random.text(upTo: 40)
            let value = JSONValue.string(text)
            #expect(try JSONValue(parsing: value.bytes) == value, "seed \(seed): \(text.debugDescription)")
            #expect(value.bytes.allSatisfy { $0 >= 0x20 }, "seed \(seed)")
        }
    }

    @Test("Ill-formed UTF-8 is told apart from well-formed", arguments: 0..<10)
    func checksUTF8(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            var bytes = Array(random.text(upTo: 30).utf8)
            if !bytes.isEmpty, random.int(0...1) == 0 {
                bytes[random.int(0...bytes.count - 1)] = UInt8(truncatingIfNeeded: random.next())
            }
            let expected = String(validating: bytes, as: UTF8.self) != nil
            #expect(bytes.withUnsafeBytes { UTF8Check.isValid($0) } == expected, "seed \(seed): \(bytes)")
        }
    }

    @Test("Base64 survives a round trip and refuses loose ends", arguments: 0..<70)
    func base64(count: Int) {
        var random = SeededGenerator(seed: UInt64(count))
        let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        for bad in ["a", "ab=", "ab==c", "aB==", "ab\n=", "====", "a===", "=abc"] {
            #expect(Base64.decode(bad.utf8) == nil, "\(bad)")
        }
    }
}
