import Events
import TestSupport
import Testing

@testable import Patchbay

@Suite struct MaskTests {
    let mask = Mask()

    private func event(_ data: JSONValue, key: String = "WT0123456789abcdef0123456789abcdef") throws -> Event {
        Event(
            id: try EventID("e1"), source: try EventSource("/twilio/flex"), topic: "message.added",
            key: try OrderingKey(key), subject: "IM0123456789abcdef0123456789abcdef", data: data)
    }

    private func masked(_ field: String, _ value: String) throws -> String? {
        let event = try event(.object(JSONObject([(field, .string(value))])))
        return mask.masked(event).data.json?[field]?.string
    }

    @Test(
        "A telephone number keeps its beginning and its end, wherever it stands",
        arguments: [
            ("+34600123489", "+34…89"), ("+1 (415) 555-0100", "+14…00"), ("0034 600 12 34 89", "003…89"),
            ("call +34600123489 now", "call +34…89 now"), ("600123489, 600123490", "600…89, 600…90"),
            ("whatsapp:+34600123489", "whatsapp:+34…89"), ("4111 1111 1111 1111", "411…11"),
            ("tel:600-123-489", "tel:600…89"),
        ])
    func phones(text: String, expected: String) throws {
        #expect(try masked("anything", text) == expected)
        #expect(mask.masked(text) == expected)
    }

    @Test(
        "An e-mail address keeps its first character, also escaped as an identity",
        arguments: [
            ("alice@example.com", "a…@…"), ("<alice@example.com>", "<a…@…>"), ("sip:alice@pbx.example.com", "sip:a…@…"),
            ("alice_40example_2Ecom", "a…@…"), ("client:alice_40example_2Ecom", "client:a…@…"),
            ("from alice@example.com, please", "from a…@…, please"),
        ])
    func emails(text: String, expected: String) throws {
        #expect(mask.masked(text) == expected)
    }

    @Test(
        "Texts become their length, names their first letter, names of things stay",
        arguments: [
            ("body", "¿Podéis llamarme?", "[17 characters]"), ("Body", "hi", "[2 characters]"),
            ("message_body", "hello", "[5 characters]"), ("author", "Zoë Müller", "Z…"),
            ("workerName", "ana.ruiz", "a…"),
            ("full_name", "Ana Ruiz", "A…"), ("friendlyName", "Ana's chat", "A…"), ("identity", "ana", "a…"),
            ("from", "client:ana", "client:a…"), ("to", "+34600123489", "+34…89"),
            ("workflowName", "Assign to Anyone", "Assign to Anyone"), ("TaskQueueName", "Everyone", "Everyone"),
            ("workerActivityName", "Available", "Available"), ("taskChannelUniqueName", "sms", "sms"),
        ])
    func fields(field: String, value: String, expected: String) throws {
        #expect(try masked(field, value) == expected)
    }

    @Test(
        "What is needed to follow an event stays",
        arguments: [
            ("taskSid", "WT0123456789abcdef0123456789abcdef"), ("anything", "WT0123456789abcdef0123456789abcdef"),
            ("id", "3f2504e0-4f89-11d3-9a0c-0305e82c3301"), ("dateCreated", "2026-01-31T10:00:00.000Z"),
            ("timestamp", "1606198812"), ("TimestampMs", "1606198812345"), ("index", "12345678"),
            ("anything", "extension 1234"), ("status", "delivered"),
            ("anything", "IM0123456789abcdef0123456789abcdef:delivered"),
        ])
    func kept(field: String, value: String) throws {
        #expect(try masked(field, value) == value)
    }

    @Test("JSON inside a text is masked inside and stays JSON")
    func nestedJSON() throws {
        let attributes = #"{"from":"+34600123489","name":"Zoë","skills":["billing"],"inner":"{\"email\":\"a@b.com\"}"}"#
        let result = try #require(try masked("TaskAttributes", attributes))
        let json = try JSONValue(parsing: Array(result.utf8))
        #expect(json["from"]?.string == "+34…89")
        #expect(json["name"]?.string == "Z…")
        #expect(json["skills"]?[0]?.string == "billing")
        #expect(json["inner"]?.string == #"{"email":"a…@…"}"#)
    }

    @Test("JSON nested deeper than the limit is hidden whole")
    func nestedTooDeep() throws {
        var text = #"{"email":"alice@example.com"}"#
        for _ in 0...Mask.depthLimit { text = JSONValue.object(JSONObject([("x", .string(text))])).description }
        #expect(try masked("attributes", text)?.contains("alice") == false)
    }

    @Test("Key, subject and unknown members of the document are masked, numbers and booleans stay")
    func wholeEvent() throws {
        var event = try event(["age": 42, "ok": true, "raw": ["Body": "secret text"]], key: "agent:+34600123489")
        event.subject = "+34600123489"
        event.extensions["customername"] = "Zoë"
        let shown = mask.masked(event)
        #expect(shown.key.text == "agent:+34…89")
        #expect(shown.subject == "+34…89")
        #expect(shown.extensions["customername"]?.string == "Z…")
        #expect(shown.data.json == ["age": 42, "ok": true, "raw": ["Body": "[11 characters]"]])
        #expect(shown.id == event.id)
    }

    @Test("No digit of a number beyond the first three and the last two survives, in any field", arguments: 0..<200)
    func noNumberLeaks(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let digits = (0..<Int.random(in: 9...15, using: &random)).map { _ in Int.random(in: 0...9, using: &random) }
        let separators = ["", "", "", " ", "-", "."]
        let number = "+" + digits.map { "\($0)" + (separators.randomElement(using: &random) ?? "") }.joined()
        let fields = ["from", "note", "zzz", "raw", "customerAddress", "body", "attributes"]
        let field = fields.randomElement(using: &random) ?? "x"
        let before = ["", "call ", "whatsapp:", "(", "x, "].randomElement(using: &random) ?? ""
        let result = try #require(try masked(field, before + number + (Bool.random(using: &random) ? " now" : "")))
        let middle = digits.dropFirst(3).dropLast(2).map(String.init).joined()
        let left = result.filter(\.isNumber)
        #expect(!left.contains(middle), "seed \(seed): \(number) in \(field) became \(result)")
        #expect(left.count <= 5, "seed \(seed): \(number) in \(field) became \(result)")
    }
}
