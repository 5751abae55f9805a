import TestSupport
import Testing
import Twilio

@Suite struct FormParametersTests {
    @Test("Names and values are decoded; repeats, empty values and bare names are kept")
    func decodes() throws {
        let form = try FormParameters(decoding: "b=2&a=%C3%A9+x&b=1&b=2&empty=&bare&&=noname&c==d%26".utf8)
        #expect(form.count == 8)
        #expect(form.first("a") == "é x")
        #expect(form.first("b") == "2")
        #expect(form.all("b") == ["2", "1", "2"])
        #expect(form.first("empty") == "")
        #expect(form.first("bare") == "")
        #expect(form.first("") == "noname")
        #expect(form.first("c") == "=d&")
        #expect(form.first("missing") == nil)
        #expect(form.pairs.map(\.name) == ["", "a", "b", "b", "b", "bare", "c", "empty"])
    }

    @Test(
        "A percent sign without two digits is refused at its byte", arguments: ["a=%", "a=%4", "a=%zz", "%=1", "a=%-1"])
    func refusesMalformedPercent(body: String) {
        let offset = body.utf8.firstIndex(of: UInt8(ascii: "%")).map {
            body.utf8.distance(from: body.startIndex, to: $0)
        }
        #expect(throws: FormError.malformedPercent(offset: offset ?? -1)) { try FormParameters(decoding: body.utf8) }
    }

    @Test(
        "Text that is not UTF-8 is refused, also when a sequence reaches over a boundary",
        arguments: [("a=%FF", 1), ("x=1&a=%C3", 2), ("%C3=%A9", 1), ("a=%ED%A0%80", 1), ("a=%C0%80", 1)])
    func refusesInvalidUTF8(body: String, parameter: Int) {
        #expect(throws: FormError.invalidUTF8(parameter: parameter)) { try FormParameters(decoding: body.utf8) }
    }

    @Test("Ten thousand parameters are too many, and the answer is 413")
    func limitsParameters() throws {
        let body = Array((0..<10_000).map { "p\($0)=1" }.joined(separator: "&").utf8)
        #expect(throws: FormError.tooManyParameters(limit: 1_000)) { try FormParameters(decoding: body) }
        #expect(FormError.tooManyParameters(limit: 1_000).httpStatus == 413)
        #expect(try FormParameters(decoding: body, limits: FormLimits(maxParameters: 10_000)).count == 10_000)
        let exactly = Array(repeating: "a=1", count: 1_000).joined(separator: "&")
        #expect(try FormParameters(decoding: exactly.utf8).count == 1_000)
    }

    @Test("A body over the limit is refused unread, and the answer is 413")
    func limitsBody() throws {
        let body = [UInt8](repeating: UInt8(ascii: "a"), count: (256 << 10) + 1)
        #expect(throws: FormError.bodyTooLarge(limitBytes: 256 << 10)) { try FormParameters(decoding: body) }
        #expect(try FormParameters(decoding: body.dropLast()).count == 1)
    }

    @Test("Decoding agrees with a naive reference on any bytes", arguments: 0..<40)
    func agreesWithReference(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let alphabet = Array("ab=&+%4C3A9fFE2\u{7F}. é".utf8) + [0xFF, 0]
        for _ in 0..<400 {
            let body = (0..<random.int(0...60)).map { _ in alphabet[random.int(0...alphabet.count - 1)] }
            let expected = Self.reference(body)
            let actual = (try? FormParameters(decoding: body))?.pairs.map { "\($0.name)\u{1}\($0.value)" }
            #expect(actual == expected, "seed \(seed): \(body)")
        }
    }

    @Test("Encoding a form and decoding it gives the same form", arguments: 0..<20)
    func roundTrips(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            let pairs = (0..<random.int(0...60)).map { _ in ("n" + random.text(upTo: 12), random.text(upTo: 30)) }
            let form = FormParameters(pairs)
            let decoded = try FormParameters(decoding: form.encoded)
            #expect(decoded.pairs.map(\.name) == form.pairs.map(\.name), "seed \(seed)")
            #expect(decoded.pairs.map(\.value) == form.pairs.map(\.value), "seed \(seed)")
        }
    }

    @Test("A flat JSON object reads as parameters")
    func readsJSON() throws {
        let form = try FormParameters(json: #"{"a":"é","n":1.50,"t":true,"z":null,"l":["x","y"],"o":{"k":[1]}}"#.utf8)
        #expect(form.first("a") == "é")
        #expect(form.first("n") == "1.50")
        #expect(form.first("t") == "true")
        #expect(form.first("z") == nil)
        #expect(form.all("l") == ["x", "y"])
        #expect(form.first("o") == #"{"k":[1]}"#)
        #expect(throws: FormError.self) { try FormParameters(json: "[]".utf8) }
        #expect(throws: FormError.self) { try FormParameters(json: "{".utf8) }
    }

    /// The rules once more, with Strings and without care for speed; nil where the form is malformed.
    private static func reference(_ body: [UInt8]) -> [String]? {
        var pairs: [(name: String, value: String)] = []
        for piece in body.split(separator: UInt8(ascii: "&")) {
            let equals = piece.firstIndex(of: UInt8(ascii: "="))
            let name = unescape(Array(piece[..<(equals ?? piece.endIndex)]))
            let value = unescape(equals.map { Array(piece[($0 + 1)...]) } ?? [])
            guard let name, let value else { return nil }
            pairs.append((name, value))
        }
        return pairs.sorted { left, right in
            left.name.utf8.elementsEqual(right.name.utf8)
                ? left.value.utf8.lexicographicallyPrecedes(right.value.utf8)
                : left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
        }.map { "\($0.name)\u{1}\($0.value)" }
    }

    private static func unescape(_ bytes: [UInt8]) -> String? {
        var decoded: [UInt8] = []
        var rest = bytes[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%") {
                let digits = String(decoding: rest.prefix(2), as: UTF8.self)
                guard digits.utf8.count == 2, digits.allSatisfy(\.isHexDigit), let value = UInt8(digits, radix: 16)
                else {
                    return nil
                }
                rest = rest.dropFirst(2)
                decoded.append(value)
            } else {
                decoded.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(validating: decoded, as: UTF8.self)
    }
}

extension SeededGenerator {
    /// Text with everything that JSON and forms find awkward.
    mutating func text(upTo length: Int) -> String {
        let characters: [Character] = [
            "a", "Z", "0", " ", "\"", "\\", "\n", "\u{1}", "é", "👋", "&", "=", "%", "+", "\0", "{", "}",
        ]
        return String((0..<int(0...length)).map { _ in characters[int(0...characters.count - 1)] })
    }
}
