import Bus
import Events
import HTTPTypes
import Hosting
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import Gateway

@Suite("Dialling", .timeLimit(.minutes(1)))
struct DialTests {
    static let nonce = "0123456789abcdef"
    static let body: JSONObject = JSONObject([("number", "+34 600 11 12 22"), ("nonce", .string(nonce))])

    private func post(
        _ body: JSONObject = body, _ dials: FakePromptPublisher = FakePromptPublisher()
    ) async throws -> TestResponse {
        let gateway = try TestGateway(dials: dials, secrets: TestTokens.settings)
        return try await gateway.server.application.test(.router) { client in
            try await client.execute(
                uri: "/v1/dials", method: .post,
                headers: TestTokens.bearer("agent").with(.contentType, "application/json"),
                body: ByteBuffer(bytes: JSONValue.object(body).bytes))
        }
    }

    private static func changed(_ name: String, _ value: JSONValue?) -> JSONObject {
        var changed = body
        changed[name] = value
        return changed
    }

    @Test("A click becomes one event that counts for fifteen seconds")
    func event() async throws {
        let dials = FakePromptPublisher()
        var body = Self.changed("record", ["entity": "contact", "id": "7", "label": "Ana", "secret": "x"])
        body["region"] = "ES"
        body["panelId"] = "panel-1"
        body["extension"] = "12,3"
        body["unknown"] = "left out"
        let response = try await post(body, dials)
        #expect(response.status == .accepted)
        let id = Dial.id(agent: "u1", nonce: Self.nonce)
        #expect(String(buffer: response.body) == #"{"dialId":"\#(id)"}"#)
        #expect(id.hasPrefix("DL") && id.utf8.count == 34)
        let outgoing = try #require(dials.events.first)
        #expect(outgoing.topic == "dial.requested" && outgoing.key == "u1")
        #expect(outgoing.id == "/gateway/dial\n\(id)")
        let event = try CloudEventJSON.decode(outgoing.document)
        let time = try #require(event.time)
        #expect(event.expiresAt == time.advanced(by: .seconds(15)))
        let data = try JSONValue(parsing: outgoing.document)["data"]
        #expect(
            data == [
                "dialId": .string(id), "agentId": "u1", "number": "+34 600 11 12 22", "nonce": .string(Self.nonce),
                "autoPlace": true, "region": "ES", "panelId": "panel-1",
                "extension": "12,3", "record": ["entity": "contact", "id": "7", "label": "Ana"],
            ])
    }

    @Test("The agent is the token's, whatever the body says")
    func agent() async throws {
        let dials = FakePromptPublisher()
        _ = try await post(Self.changed("agentId", "somebody.else"), dials)
        #expect(dials.events.first?.key == "u1")
        #expect(try JSONValue(parsing: dials.events[0].document)["data"]?["agentId"] == "u1")
        #expect(Dial.id(agent: "u1", nonce: "n") != Dial.id(agent: "u2", nonce: "n"))
    }

    @Test("The same click again is the same dial; its nonce for another number is none")
    func repeats() async throws {
        let first = FakePromptPublisher()
        _ = try await post(Self.body, first)
        let stored = PromptOutcome.other(document: first.events[0].document)
        let again = try await post(Self.body, FakePromptPublisher([.success(stored)]))
        #expect(again.status == .accepted && String(buffer: again.body).contains("\"duplicate\":true"))
        let other = try await post(Self.changed("number", "+34600999999"), FakePromptPublisher([.success(stored)]))
        #expect(other.status == .conflict && other.code == "gateway.nonce_reused")
    }

    @Test(
        "What the bus does not take is said, and no error asks to be tried again",
        arguments: [
            (PublishFailure.unavailable, 503, "gateway.bus_unavailable"),
            (.timedOut(after: .seconds(3)), 503, "gateway.dial_unknown"),
            (.refused(code: "journal.full"), 503, "gateway.publish_refused"),
            (.rejected(code: "role.denied"), 500, "gateway.publish_rejected"),
        ])
    func failures(_ failure: PublishFailure, _ status: Int, _ code: String) async throws {
        let response = try await post(Self.body, FakePromptPublisher([.failure(failure)]))
        #expect(response.status.code == status && response.code == code)
        #expect(response.headers[.retryAfter] == nil)
    }

    @Test(
        "A body that is no dial is refused by the member's name",
        arguments: [
            ("number", nil), ("number", ""), ("number", 34), ("number", "+34\n600"),
            ("number", .string(String(repeating: "1", count: 65))), ("nonce", nil), ("nonce", "short"),
            ("nonce", "spaces are not"), ("nonce", .string(String(repeating: "n", count: 65))), ("region", "es"),
            ("region", "ESP"), ("autoPlace", "yes"), ("record", "contact"), ("record", ["entity": "contact"]),
            ("panelId", "<script>"), ("callerId", .array([])), ("extension", "12 a"),
            ("extension", .string(String(repeating: "1", count: 21))),
        ] as [(String, JSONValue?)])
    func malformed(_ name: String, _ value: JSONValue?) async throws {
        let dials = FakePromptPublisher()
        let response = try await post(Self.changed(name, value), dials)
        #expect(response.status == .unprocessableContent && response.code == "gateway.dial_invalid")
        #expect(response.problem?["detail"]?.string?.hasPrefix("\(name):") == true)
        #expect(dials.events.isEmpty)
    }

    @Test("An agent who clicks more often than allowed is asked to wait; another one is not")
    func rate() async throws {
        let dials = FakePromptPublisher()
        let gateway = try TestGateway(
            dials: dials, "panel:\n  dials_per_minute: 2", secrets: TestTokens.settings)
        try await gateway.server.application.test(.router) { client in
            func post(_ name: String) async throws -> TestResponse {
                try await client.execute(
                    uri: "/v1/dials", method: .post,
                    headers: TestTokens.bearer(name).with(.contentType, "application/json"),
                    body: ByteBuffer(bytes: JSONValue.object(Self.body).bytes))
            }
            for _ in 0..<2 { #expect(try await post("agent").status == .accepted) }
            let refused = try await post("agent")
            #expect(refused.status == .tooManyRequests && refused.code == "gateway.dial_rate")
            #expect(refused.headers[.retryAfter] == "30")
            #expect(dials.events.count == 2)
        }
    }

    @Test("A body that is no object is 400", arguments: ["", "[]", "7", "{", "\"x\""])
    func notJSON(_ text: String) async throws {
        #expect(throws: Dial.Refusal.malformed) { try Dial(body: Array(text.utf8), agent: "u1") }
    }
}
