import Crypto
import Events
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@testable import Gateway

@Suite("Whether an agent is there, asked by pages", .timeLimit(.minutes(1)))
struct AvailabilityTests {
    static let shop = "https://shop.example.com"
    static let secret = "0123456789abcdef0123456789abcdef"
    static let issuer = "issuer-key-0123456789"

    static func gateway(_ extra: String = "", caller: FakeCaller = FakeCaller(json: ["available": true])) throws
        -> TestGateway
    {
        let yaml = "availability:\n  origins: [\(shop)]\n" + extra.split(separator: "\n").map { "  \($0)\n" }.joined()
        return try TestGateway(
            caller: caller, yaml,
            secrets: [
                "PATCHBAY_GATEWAY_AVAILABILITY_TOKEN_SECRET": secret,
                "PATCHBAY_GATEWAY_AVAILABILITY_ISSUER_KEY": issuer,
            ])
    }

    static func ask(
        _ gateway: TestGateway, token: String? = nil, origin: String? = shop, worker: String = "ana",
        event: String = "", method: HTTPRequest.Method = .post
    ) async throws -> TestResponse {
        var headers: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
        headers[.origin] = origin
        if let token { headers[.authorization] = "Bearer \(token)" }
        return try await gateway.server.application.test(.router) { [headers] client in
            try await client.executeRequest(
                uri: "/check-agent-availability", method: method, headers: headers,
                body: ByteBuffer(string: "WorkerName=\(worker)&EventType=\(event)"))
        }
    }

    static func mint(
        _ gateway: TestGateway, key: String = issuer, origin: String = shop, agent: String? = nil
    ) async throws -> TestResponse {
        var body: JSONObject = JSONObject([("origin", .string(origin)), ("chat", "CH1")])
        body["agent"] = agent.map { .string($0) }
        let bytes = JSONValue.object(body).bytes
        return try await gateway.server.application.test(.router) { client in
            try await client.executeRequest(
                uri: "/v1/widget-token", method: .post,
                headers: [.contentType: "application/json", .authorization: "Bearer \(key)"],
                body: ByteBuffer(bytes: bytes))
        }
    }

    static func token(_ gateway: TestGateway, agent: String? = nil) async throws -> String {
        let response = try await mint(gateway, agent: agent)
        #expect(response.status == .ok)
        let json = try JSONValue(parsing: Array(buffer: response.body))
        #expect(json["expires_in"]?.integer == 900)
        return try #require(json["token"]?.string)
    }

    @Test("With a token minted for it a page is told yes or no, and may nudge")
    func answered() async throws {
        let gateway = try Self.gateway()
        let token = try await Self.token(gateway)
        let response = try await Self.ask(gateway, token: token, event: "NotifyAgent")
        #expect(response.status == .ok)
        #expect(String(buffer: response.body) == #"{"available":true}"#)
        #expect(response.headers[.accessControlAllowOrigin] == Self.shop)
        #expect(response.headers[.vary] == "Origin")
        let call = try #require(gateway.caller.calls.first)
        #expect(call.service == "sync.availability")
        #expect(call.json == ["worker": "ana", "nudge": true])
    }

    @Test("The preflight names the origin that asked, and no other is let in")
    func preflight() async throws {
        let gateway = try Self.gateway()
        let allowed = try await Self.ask(gateway, method: .options)
        #expect(allowed.status == .noContent)
        #expect(allowed.headers[.accessControlAllowOrigin] == Self.shop)
        for origin in ["https://shop.example.com.evil.com", "http://shop.example.com", "null", nil] {
            let refused = try await Self.ask(gateway, origin: origin, method: .options)
            #expect(refused.status == .forbidden)
            #expect(refused.headers[.accessControlAllowOrigin] == nil)
        }
        #expect(gateway.caller.calls.isEmpty)
    }

    @Test("Without a token nothing is told, unless the legacy mode allows it")
    func tokenNeeded() async throws {
        let gateway = try Self.gateway()
        let refused = try await Self.ask(gateway)
        #expect(refused.status == .unauthorized && refused.code == "gateway.token_missing")
        #expect(refused.headers[.accessControlAllowOrigin] == Self.shop, "or the page could not read why")
        let legacy = try Self.gateway("legacy: true\nlegacy_requests_per_minute: 2")
        #expect(try await Self.ask(legacy).status == .ok)
        #expect(try await Self.ask(legacy).status == .ok)
        #expect(try await Self.ask(legacy).status == .tooManyRequests)
        #expect(legacy.caller.calls.count == 2)
    }

    @Test("A token counts for its agent only, and as often as the rate allows")
    func limits() async throws {
        let gateway = try Self.gateway("requests_per_minute: 2")
        let token = try await Self.token(gateway, agent: "ana")
        #expect(try await Self.ask(gateway, token: token, worker: "bo").code == "gateway.token_other_agent")
        #expect(try await Self.ask(gateway, token: token).status == .ok)
        #expect(try await Self.ask(gateway, token: token).status == .ok)
        let third = try await Self.ask(gateway, token: token)
        #expect(third.status == .tooManyRequests && third.headers[.retryAfter] != nil)
    }

    @Test("A token that would be longer than what is looked at is not minted")
    func tooLong() async throws {
        let gateway = try Self.gateway()
        let refused = try await Self.mint(gateway, agent: String(repeating: "\u{1}", count: 200))
        #expect(refused.status == .unprocessableContent && refused.code == "gateway.token_too_long")
        let plain = try await Self.mint(gateway, agent: String(repeating: "a", count: 256))
        #expect(plain.status == .ok)
        let json = try JSONValue(parsing: Array(buffer: plain.body))
        #expect(try #require(json["token"]?.string).utf8.count <= WidgetToken.maxBytes)
    }

    @Test("Tokens are minted for the issuer's key and a configured origin only")
    func minting() async throws {
        let gateway = try Self.gateway()
        #expect(try await Self.mint(gateway, key: "wrong-key-0123456789").status == .unauthorized)
        #expect(try await Self.mint(gateway, origin: "https://other.example.com").status == .unprocessableContent)
    }

    @Test("A service that is away is 503 with the page's origin, and an unknown agent is not there")
    func away() async throws {
        let gateway = try Self.gateway(caller: FakeCaller(.failure(.unavailable)))
        let response = try await Self.ask(gateway, token: try await Self.token(gateway))
        #expect(response.status == .serviceUnavailable)
        #expect(response.headers[.accessControlAllowOrigin] == Self.shop)
    }

    @Test("Without origins the check does not exist")
    func off() async throws {
        let gateway = try TestGateway()
        #expect(try await Self.ask(gateway).status == .notFound)
    }

    @Test("Settings refuse what is no origin, short secrets, and origins without a secret")
    func settings() throws {
        for origin in ["https://shop.example.com/", "shop.example.com", "*", "https://*.example.com", "HTTPS://A.B"] {
            #expect(!AvailabilitySettings.isOrigin(origin), "\(origin)")
        }
        #expect(AvailabilitySettings.isOrigin("http://localhost:3000"))
        #expect(throws: (any Error).self) { try TestGateway.settings("availability:\n  origins: [https://a.b]") }
        #expect(throws: (any Error).self) {
            try TestGateway.settings("", secrets: ["PATCHBAY_GATEWAY_AVAILABILITY_TOKEN_SECRET": "short"])
        }
    }
}

@Suite("Widget tokens")
struct WidgetTokenTests {
    let key = SymmetricKey(data: Array(AvailabilityTests.secret.utf8))
    let noon = Timestamp(unixNanoseconds: 1_700_000_000_000_000_000)
    var token: WidgetToken {
        WidgetToken(
            origin: AvailabilityTests.shop, chat: "CH1", agent: "Ana Ñ", expires: noon.advanced(by: .seconds(60)))
    }

    @Test("A token says what was signed into it, until it expires")
    func roundTrip() throws {
        let text = token.signed(with: key)
        #expect(try WidgetToken(text, key: key, origin: AvailabilityTests.shop, now: noon) == token)
        let late = noon.advanced(by: .seconds(60))
        #expect(throws: WidgetToken.Refusal.expired) {
            try WidgetToken(text, key: key, origin: AvailabilityTests.shop, now: late)
        }
        #expect(throws: WidgetToken.Refusal.otherOrigin) {
            try WidgetToken(text, key: key, origin: "https://evil.example.com", now: noon)
        }
    }

    @Test("Any changed byte, another key or another shape make it invalid")
    func tampering() throws {
        let text = token.signed(with: key)
        for index in text.indices {
            var changed = text
            changed.replaceSubrange(index...index, with: text[index] == "A" ? "B" : "A")
            #expect(throws: WidgetToken.Refusal.self, "byte \(text.distance(from: text.startIndex, to: index))") {
                try WidgetToken(changed, key: key, origin: AvailabilityTests.shop, now: noon)
            }
        }
        let other = SymmetricKey(data: Array(repeating: UInt8(7), count: 32))
        for (bad, key) in [
            (text, other), ("", key), ("v1..", key), (text + ".x", key), ("v2" + text.dropFirst(2), key),
        ] {
            #expect(throws: WidgetToken.Refusal.invalid) {
                try WidgetToken(bad, key: key, origin: AvailabilityTests.shop, now: noon)
            }
        }
    }

    @Test("The rate fills evenly, and its table stays bounded")
    func rate() {
        var rate = CallRate(perMinute: 2)
        let start = ContinuousClock.now
        let asked: [(String, Int)] = [("a", 0), ("a", 0), ("a", 0), ("b", 0), ("a", 30), ("a", 31)]
        let taken = asked.map { rate.take($0.0, now: start + .seconds($0.1)) }
        #expect(taken == [true, true, false, true, true, false])
        for index in 0..<(CallRate.maxKeys + 10) { _ = rate.take("k\(index)", now: start) }
        let newcomer = [0, 120].map { rate.take("newcomer", now: start + .seconds($0)) }
        #expect(newcomer == [false, true])
    }
}
