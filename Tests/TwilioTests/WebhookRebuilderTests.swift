import Events
import TestSupport
import Testing
import Twilio

@Suite struct WebhookRebuilderTests {
    @Test("The form of every known webhook comes back to the byte", arguments: WebhookTranslatorTests.Known.all)
    func everyKnown(known: WebhookTranslatorTests.Known) throws {
        var scene = WebhookScene(seed: 11, now: WebhookTranslatorTests.now)
        let made = scene.webhook(known.name, family: known.family)
        let fixture = try #require(made)
        try Self.expectRoundTrip(fixture.parameters.map { ($0.name, $0.value) }, known.family)
    }

    @Test("What fits no type, repeats, is empty or is spelled oddly comes back as it was", arguments: 1...40)
    func oddities(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let values = [
            "", "null", "0", "007", "-3", "1e3", "true", "TRUE", "{}", " {}", "{\"a\":\n1}", "{\"é\":\"\\u00e9\\/\"}",
            "[1, 2]", "{broken", "a\"b\\c", "line\nline", "😀", "\t", "{\"b\":1,\"a\":1,\"b\":2}", "9007199254740993",
        ]
        for family in WebhookFamily.allCases {
            var scene = WebhookScene(seed: UInt64(seed), now: WebhookTranslatorTests.now)
            let name = try #require(WebhookScene.eventNames[family]?.randomElement(using: &generator))
            let made = scene.webhook(name, family: family)
            let fixture = try #require(made)
            let identities = ["Sid", "SequenceNumber", "Index", "EventType"]
            var pairs = fixture.parameters.map { pair in
                let isFixed = pair.name.hasSuffix("Sid") || identities.contains(pair.name) || generator.oneIn(2)
                return (pair.name, isFixed ? pair.value : values.randomElement(using: &generator) ?? "")
            }
            for name in ["Unheard", "raw", "dialect", "Body", "Attributes"] where generator.oneIn(2) {
                pairs.append((name, values.randomElement(using: &generator) ?? ""))
                if generator.oneIn(3) { pairs.append((name, values.randomElement(using: &generator) ?? "")) }
            }
            do {
                try Self.expectRoundTrip(pairs, family)
            } catch let error as WebhookRejection {
                // A changed value may make it a webhook that is refused: nothing to rebuild then.
                _ = error
            }
        }
    }

    @Test("A relay says which try it is; data of another family are no webhook of this one")
    func retryCountAndFamily() throws {
        var scene = WebhookScene(seed: 3, now: WebhookTranslatorTests.now)
        let made = scene.webhook("onMessageSent", family: .chat)
        let fixture = try #require(made)
        let event = try Self.event(fixture.form, .chat)
        #expect(WebhookRebuilder(family: .chat).form(of: event.data, retryCount: 2)?.first("RetryCount") == "2")
        #expect(WebhookRebuilder(family: .taskrouter).form(of: event.data) == nil)
        #expect(WebhookRebuilder(family: .chat).form(of: EventData(["x": 1])) == nil)
        #expect(WebhookRebuilder(family: .chat).form(of: .none) == nil)
    }

    private static func event(_ form: FormParameters, _ family: WebhookFamily) throws -> Event {
        let translator = try WebhookTranslator(project: "main", family: family)
        return try CloudEventJSON.decode(
            translator.translate(form, deliveryToken: "t", receivedAt: WebhookTranslatorTests.now).document)
    }

    private static func expectRoundTrip(_ pairs: [(String, String)], _ family: WebhookFamily) throws {
        let event = try event(FormParameters(pairs), family)
        let rebuilt = try #require(WebhookRebuilder(family: family).form(of: event.data), "\(pairs)")
        let expected = FormParameters(pairs.filter { $0.0 != "RetryCount" })
        #expect(rebuilt.encoded == expected.encoded)
    }
}
