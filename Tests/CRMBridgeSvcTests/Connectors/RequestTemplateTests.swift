import Events
import TestSupport
import Testing

@testable import CRMBridgeSvc

struct RequestTemplateTests {
    private func template(_ text: String, body: String? = nil) throws -> RequestTemplate {
        try RequestTemplate(text, body: body, allowed: ["a", "b", "list", "n"])
    }

    /// Values that break out of what is glued together.
    private let hostile = [
        "+34 600", "a&b=c", "x/y/../z", "100%", "{a}", "{{b}}", #""quoted""#, #"\"},{"x":1"#, "é漢😀", "#frag?x=1",
        "line\r\nHost: evil", "'; --", "..%2f", "\u{0}",
    ]

    @Test("A plus in a number reaches the CRM as a plus")
    func plus() throws {
        let values = TemplateValues(["a": "+34600111222"])
        #expect(try template("GET /c?phone={a}").target(values) == "/c?phone=%2B34600111222")
    }

    @Test("No value becomes more than the one it stands for")
    func injection() throws {
        let request = try template(
            "POST /c/{a}/d?x={a}&y=fixed", body: #"{"v":"{a}","w":"<{a}>","list":["{a}"],"fixed":"{{a}}"}"#)
        let form = try template("POST /f", body: "v={a}&w=1")
        for text in hostile {
            let values = TemplateValues(["a": .string(text)])
            let target = try request.target(values)
            #expect(target.utf8.filter { $0 == UInt8(ascii: "/") }.count == 3, "\(text)")
            #expect(target.utf8.filter { $0 == UInt8(ascii: "&") }.count == 1)
            #expect(target.utf8.filter { $0 == UInt8(ascii: "?") }.count == 1)
            #expect(target.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
            guard case .json(let body)? = request.body else { return #expect(Bool(false)) }
            let json = try JSONValue(parsing: try #require(body.render(values)).bytes)
            #expect(json["v"]?.string == text && json["w"]?.string == "<\(text)>" && json["list"]?[0]?.string == text)
            #expect(json["fixed"]?.string == "{a}" && json.object?.count == 4)
            #expect(form.form(values)?.map(\.name) == ["v", "w"] && form.form(values)?.first?.value == text)
        }
    }

    @Test("Random values come out of address and body as they went in", arguments: [UInt64.random(in: 0...(.max)), 7])
    func roundTrip(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let request = try template("GET /c?x={a}", body: #"["{a}"]"#)
        for _ in 0..<2_000 {
            let scalars = (0..<Int.random(in: 1...20, using: &random)).compactMap { _ in
                Unicode.Scalar(UInt32.random(in: 1...0x2FF, using: &random))
            }
            let text = String(String.UnicodeScalarView(scalars))
            let values = TemplateValues(["a": .string(text)])
            let sent = try request.target(values).dropFirst("/c?x=".count)
            #expect(TestCRM.decoded(sent) == text)
            guard case .json(let body)? = request.body else { return #expect(Bool(false)) }
            #expect(try JSONValue(parsing: try #require(body.render(values)).bytes)[0]?.string == text)
        }
    }

    @Test("A value that is missing takes its parameter or member along, and a path is not built without it")
    func missing() throws {
        let request = try template(
            "GET /c/{a}?b={b}&n={n}", body: #"{"b":"{b}","n":"{n}","list":"{list}","text":"x {b}"}"#)
        let values = TemplateValues(["a": "1", "n": 5, "list": ["x", "y"], "b": .null])
        #expect(try request.target(values) == "/c/1?n=5")
        guard case .json(let body)? = request.body else { return #expect(Bool(false)) }
        #expect(body.render(values) == ["n": 5, "list": ["x", "y"]])
        #expect(throws: CRMError.refused(field: "a")) { try request.target(TemplateValues()) }
        for climb in [".", ".."] {
            #expect(throws: CRMError.refused(field: "a")) { try request.target(TemplateValues(["a": .string(climb)])) }
        }
    }

    @Test(
        "A template that means nothing is refused when the process starts",
        arguments: [
            "FETCH /c", "GET c", "GET /c?x={unknown}", "GET /c/{a", "GET /c/a}", "GET /c d", "GET /c?{a}=1", "GET /c#x",
        ])
    func refused(text: String) {
        #expect(throws: TemplateError.self) { try template(text) }
    }

    @Test("A body that begins like JSON must be JSON")
    func badBody() {
        #expect(throws: TemplateError.self) { try template("POST /c", body: #"{"a":{a}}"#) }
    }

    @Test("Pointers find values, every element where a star stands, and nothing else")
    func paths() throws {
        let json = try JSONValue(parsing: #"{"a":[{"v":"1"},{"v":2},{"w":3}],"b/c":{"~":"t"}}"#.utf8)
        #expect(try JSONPath("/a/*/v").texts(in: json) == ["1", "2"])
        #expect(try JSONPath("/a/1/v").text(in: json) == "2")
        #expect(try JSONPath("/b~1c/~0").text(in: json) == "t")
        #expect(try JSONPath("/a/9/v").texts(in: json).isEmpty)
        #expect(try JSONPath("").values(in: json) == [json])
        #expect(throws: TemplateError.self) { try JSONPath("a") }
    }
}
