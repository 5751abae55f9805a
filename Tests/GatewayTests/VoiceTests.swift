import Bus
import Events
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing
import Twilio

@testable import Gateway

@Suite("Call instructions", .timeLimit(.minutes(1)))
struct VoiceTests {
    static let dial = "DL" + String(repeating: "a1", count: 16)
    static let target = "/voice/twiml?dial=\(dial)&project=flex"

    private func text(_ response: TestResponse) -> String { String(buffer: response.body) }

    @Test("A call waits in the conference of its dial, which ends with it and tells of its steps")
    func conference() async throws {
        let gateway = try TestGateway()
        let response = try await gateway.answer(Webhook(Webhook.call, target: Self.target))
        #expect(response.status == .ok && response.headers[.contentType] == "text/xml; charset=utf-8")
        #expect(
            text(response) == "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Dial "
                + "action=\"https://bus.example.com/voice/dial-ended?dial=\(Self.dial)&amp;project=flex\">"
                + "<Conference participantLabel=\"agent\" endConferenceOnExit=\"true\" beep=\"false\" "
                + "statusCallback=\"https://bus.example.com/webhooks/twilio/flex/voice?dial=\(Self.dial)\" "
                + "statusCallbackEvent=\"start end join leave mute hold\">\(Self.dial)</Conference></Dial></Response>")
        #expect(gateway.publisher.events.isEmpty)
    }

    @Test("After the conference the call ends; tones are played")
    func others() async throws {
        let gateway = try TestGateway()
        let ended = try await gateway.answer(
            Webhook(Webhook.call, target: "/voice/dial-ended?dial=\(Self.dial)&project=flex"))
        #expect(text(ended).hasSuffix("<Response><Hangup/></Response>"))
        let tones = try await gateway.answer(
            Webhook(Webhook.call, target: "/voice/twiml?project=flex&digits=12w%2A%23"))
        #expect(text(tones).hasSuffix("<Response><Play digits=\"12w*#\"/></Response>"))
    }

    @Test("Nothing is answered that is not signed for exactly this URL, or by another project")
    func signatures() async throws {
        let gateway = try TestGateway()
        let right = Webhook(Webhook.call, target: Self.target)
        let refused = [
            right.with { $0.signature = nil }, right.with { $0.signature = "AAAAAAAAAAAAAAAAAAAAAAAAAAA=" },
            right.with { $0.target = "/voice/twiml?dial=DL\(String(repeating: "b2", count: 16))&project=flex" },
            right.with { $0.target = "/voice/dial-ended?dial=\(Self.dial)&project=flex" },
            right.with { $0.body += Array("&To=%2B1".utf8) },
            Webhook(Webhook.call, target: Self.target, token: "guess"),
            Webhook(Webhook.call, target: Self.target, token: TestGateway.frontlineToken),
            Webhook(Webhook.call, target: "/voice/twiml?dial=\(Self.dial)&project=frontline"),
            Webhook(Webhook.call, target: "/voice/twiml?dial=\(Self.dial)"),
        ]
        for webhook in refused {
            let response = try await gateway.answer(webhook)
            #expect(response.status == .forbidden, "\(webhook.target)")
            #expect(!text(response).contains("<Response>"))
        }
        let get = try await gateway.answer(right.with { $0.method = .get })
        #expect(get.status == .methodNotAllowed)
        let json = try await gateway.answer(right.with { $0.contentType = "application/json" })
        #expect(json.status == .unsupportedMediaType)
    }

    @Test(
        "A query that is none of ours is refused, though it is signed",
        arguments: [
            "dial=DL12", "dial=", "digits=", "digits=911a", "digits=%3CDial%3E", "x=1",
            "dial=DL" + String(repeating: "%22", count: 32),
        ])
    func queries(_ query: String) async throws {
        let gateway = try TestGateway()
        let response = try await gateway.answer(Webhook(Webhook.call, target: "/voice/twiml?project=flex&\(query)"))
        #expect(response.status == .unprocessableContent && response.code == "gateway.voice_query")
    }

    @Test("No value becomes markup")
    func escapes() {
        let element = TwiML("Say", [("voice", "a\"'<>&\n")], text: "</Say><Dial>1\u{0}\u{1F}</Dial>é€")
        #expect(
            element.document.hasSuffix(
                "<Response><Say voice=\"a&quot;&apos;&lt;&gt;&amp;&#10;\">&lt;/Say&gt;&lt;Dial&gt;1&lt;/Dial&gt;é€</Say>"
                    + "</Response>"))
    }

    // MARK: What a callback's URL says

    @Test("The dial, the leg and the task of a callback's URL are in its event")
    func marks() async throws {
        let gateway = try TestGateway()
        let target = "/webhooks/twilio/flex/voice?dial=\(Self.dial)&leg=customer&task=WT1&x=1"
        #expect(try await gateway.answer(Webhook(Webhook.call, target: target)).status == .noContent)
        let event = try #require(gateway.publisher.events.first)
        let data = try JSONValue(parsing: event.document)["data"]
        #expect(event.topic == "call.ringing" && event.key == "CA" + String(repeating: "a", count: 32))
        #expect(data?["dialId"]?.string == Self.dial && data?["leg"] == "customer" && data?["taskSid"] == "WT1")
        #expect(data?["callStatus"] == "ringing")
    }

    @Test(
        "Marks are letters and digits, the first of a name, and of voice callbacks only",
        arguments: [
            ("?dial=DLab&leg=agent", ["dialId": "DLab", "leg": "agent"]), ("", [:]), ("?", [:]), ("?dial", [:]),
            ("?dial=", [:]), ("?dial=a%22", [:]), ("?dial=a-b", [:]), ("?Dial=a", [:]),
            ("?leg=a&leg=b", ["leg": "a"]), ("?dial=" + String(repeating: "a", count: 65), [:]),
        ] as [(String, [String: String])])
    func marksOfTargets(_ query: String, _ expected: [String: String]) throws {
        let translator = try WebhookTranslator(project: "flex", family: .voice)
        let event = try translator.translate(
            FormParameters(Webhook.call), marks: WebhookMarks(target: "/x" + query), receivedAt: TestTokens.now)
        let data = try JSONValue(parsing: event.document)["data"]
        for name in ["dialId", "leg", "taskSid"] { #expect(data?[name]?.string == expected[name]) }
        #expect((WebhookMarks(target: "/x" + query) == .none) == expected.isEmpty)
    }
}
