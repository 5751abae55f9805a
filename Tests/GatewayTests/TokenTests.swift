import Events
import HTTPTypes
import Hosting
import JWTKit
import Logging
import Synchronization
import Testing

@testable import Gateway

@Suite("Tokens of people", .timeLimit(.minutes(1)))
struct TokenTests {
    static let claims = TokenClaims(
        roleClaim: "role", nameClaim: "name", issuer: nil, audience: nil, leeway: .seconds(30))

    private func principal(
        _ change: (inout JSONObject) -> Void = { _ in }, claims: TokenClaims = claims
    ) throws(TokenRefusal) -> Principal {
        var object = TestTokens.claims()
        change(&object)
        return try claims.principal(.object(object), now: TestTokens.now)
    }

    @Test("Claims become who asks: subject, name, role, end")
    func claimsAreRead() throws {
        let ana = try principal()
        #expect(ana.subject == "u1" && ana.name == "Ana Ruiz" && ana.role == .supervisor)
        #expect(try principal { $0["name"] = nil }.name == "u1")
        #expect(try principal { $0["name"] = .string(String(repeating: "n", count: 300)) }.name == "u1")
    }

    @Test("Of several roles the highest of ours counts, from a list, a path, or Flex's own claim")
    func rolesAreFound() throws {
        #expect(try principal { $0["role"] = ["x", "agent", "admin"] }.role == .admin)
        #expect(
            try principal { object in
                object["role"] = nil
                object["roles"] = ["supervisor", "wfo.full_access"]
            }.role == .supervisor)
        var path = TokenClaims(
            roleClaim: "realm_access.roles", nameClaim: "name", issuer: nil, audience: nil, leeway: .zero)
        #expect(try principal({ $0["realm_access"] = ["roles": ["agent"]] }, claims: path).role == .agent)
        path = TokenClaims(
            roleClaim: "https://x.example/role", nameClaim: "name", issuer: nil, audience: nil, leeway: .zero)
        #expect(try principal({ $0["https://x.example/role"] = "admin" }, claims: path).role == .admin)
        #expect(throws: TokenRefusal.roleUnknown) { try principal { $0["role"] = "Admin" } }
    }

    @Test("Times are kept within the leeway; issuer and audience are kept exactly")
    func timesAndScopes() throws {
        _ = try principal { $0["exp"] = TestTokens.seconds(.seconds(-20)) }
        #expect(throws: TokenRefusal.expired) { try principal { $0["exp"] = TestTokens.seconds(.seconds(-31)) } }
        #expect(throws: TokenRefusal.notYetValid) { try principal { $0["nbf"] = TestTokens.seconds(.seconds(90)) } }
        #expect(throws: TokenRefusal.invalid) { try principal { $0["exp"] = "tomorrow" } }
        #expect(throws: TokenRefusal.invalid) { try principal { $0["sub"] = "" } }
        let ours = TokenClaims(
            roleClaim: "role", nameClaim: "name", issuer: "https://a/", audience: "patchbay", leeway: .zero)
        for (issuer, audience) in [("https://a", "patchbay"), ("https://a/", "other"), ("", "patchbay")] {
            #expect(throws: TokenRefusal.notForUs) {
                try principal(
                    { object in
                        object["iss"] = .string(issuer)
                        object["aud"] = [.string(audience)]
                    }, claims: ours)
            }
        }
        _ = try principal(
            { object in
                object["iss"] = "https://a/"
                object["aud"] = ["other", "patchbay"]
            }, claims: ours)
    }

    @Test("A secret that is being rotated: the old and the new one let in")
    func rotation() {
        let keys = KeySet(secrets: [TestTokens.secret, TestTokens.secret + "2"])
        for secret in [TestTokens.secret, TestTokens.secret + "2"] {
            #expect(SignedToken(TestTokens.token(secret: secret)).map(keys.verifies) == true)
        }
        #expect(SignedToken(TestTokens.token(secret: "x")).map(keys.verifies) == false)
    }

    // MARK: Public keys

    private static let document = #"""
        {"keys":[{"kty":"oct","kid":"s","k":"c2VjcmV0"},{"kty":"EC","crv":"P-256","use":"enc","kid":"e","x":"a","y":"b"},
        {"kty":"RSA","kid":"short","n":"AQAB","e":"AQAB"},{"kty":"EC","crv":"P-256","kid":"k1","x":"X","y":"Y"}]}
        """#

    /// A document with one usable key, and what signs with it.
    private func issuer() async throws -> (document: String, keys: JWTKeyCollection) {
        let key = ES256PrivateKey()
        let parameters = try #require(key.publicKey.parameters)
        let url: (String) -> String = { text in
            text.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        }
        let text = Self.document.replacing("\"x\":\"X\"", with: "\"x\":\"\(url(parameters.x))\"")
            .replacing("\"y\":\"Y\"", with: "\"y\":\"\(url(parameters.y))\"")
        return (text, await JWTKeyCollection().add(ecdsa: key, kid: "k1"))
    }

    private struct Payload: JWTPayload {
        var sub = "u9"
        var role = "admin"
        var exp: Int
        func verify(using algorithm: some JWTAlgorithm) async throws {}
    }

    @Test("Of an issuer's keys those that can be used are used, each for its own algorithm only")
    func publicKeys() async throws {
        let (document, keys) = try await issuer()
        let set = try await KeySet(jwks: Array(document.utf8))
        let text = try await keys.sign(Payload(exp: 4_000_000_000), kid: "k1")
        let token = try #require(SignedToken(text))
        #expect(token.algorithm == "ES256" && token.keyID == "k1")
        #expect(set.verifies(token))
        #expect(set.holds(id: "k1", algorithm: "ES256") && set.holds(id: nil, algorithm: "ES256"))
        #expect(!set.holds(id: "k2", algorithm: "ES256") && !set.holds(id: "k1", algorithm: "ES384"))
        #expect(!set.holds(id: "short", algorithm: "RS256") && !set.holds(id: "s", algorithm: "HS256"))
        let parts = text.split(separator: ".")
        let forged = try #require(SignedToken("\(parts[0]).\(Base64URL.encode(Array("{}".utf8))).\(parts[2])"))
        #expect(!set.verifies(forged))
        await #expect(throws: KeyError.noneUsable(count: 1)) {
            try await KeySet(jwks: Array(#"{"keys":[{"kty":"oct","k":"AA"}]}"#.utf8))
        }
        await #expect(throws: KeyError.malformed) { try await KeySet(jwks: Array("[]".utf8)) }
    }

    @Test("A token signed with the public key as if it were a secret lets nobody in")
    func confusion() async throws {
        let (document, _) = try await issuer()
        let set = try await KeySet(jwks: Array(document.utf8))
        let header = JSONObject([("alg", "HS256"), ("kid", "k1")])
        #expect(SignedToken(TestTokens.token(header: header, secret: document)).map(set.verifies) == false)
    }

    @Test("Keys are fetched at first, when old, and for an unknown one, never in quick succession")
    func refresh() {
        let noon = ContinuousClock.now
        var refresh = KeyRefresh(lifetime: .seconds(3_600))
        #expect(refresh.isDue(isKnown: false, now: noon))
        #expect(!refresh.mayUse(now: noon))
        refresh.began(now: noon)
        refresh.succeeded(now: noon)
        #expect(!refresh.isDue(isKnown: false, now: noon + .seconds(9)))
        #expect(refresh.isDue(isKnown: false, now: noon + .seconds(10)))
        #expect(!refresh.isDue(isKnown: true, now: noon + .seconds(3_599)))
        #expect(refresh.isDue(isKnown: true, now: noon + .seconds(3_600)))
        #expect(refresh.mayUse(now: noon + .seconds(86_399)) && !refresh.mayUse(now: noon + .seconds(86_400)))
    }

    @Test("A hundred tokens at once with unknown keys are one fetch; a failed one lets nobody in")
    func fetchesAreShared() async throws {
        let (document, _) = try await issuer()
        let fetches = Mutex(0)
        let source = KeySource(lifetime: .seconds(60), logger: Logger(label: "test")) { () throws(KeyError) in
            fetches.withLock { $0 += 1 }
            return Array(document.utf8)
        }
        await withTaskGroup { group in
            for number in 0..<100 {
                group.addTask { _ = try? await source.keys(id: "k\(number)", algorithm: "ES256") }
            }
        }
        #expect(fetches.withLock { $0 } == 1)
        let broken = KeySource(lifetime: .seconds(60), logger: Logger(label: "test")) { () throws(KeyError) in
            throw .status(500)
        }
        await #expect(throws: TokenRefusal.uncheckable(reason: KeyError.status(500).description)) {
            try await broken.keys(id: nil, algorithm: "ES256")
        }
    }

    // MARK: Flex

    @Test("A token of Flex is asked about once, remembered by its hash, and counts until its end")
    func flexTokens() async throws {
        let caller = FakeCaller(json: [
            "valid": true, "sub": "u7", "name": "Ben", "role": "supervisor",
            "expires": .string(TestTokens.now.advanced(by: .seconds(5)).rfc3339),
        ])
        let tokens = FlexTokens(caller: caller, lifetime: .seconds(60))
        for _ in 0..<3 { #expect(try await tokens.principal("a.b", now: TestTokens.now).name == "Ben") }
        #expect(caller.calls.map(\.service) == ["extensions.flex-token"])
        #expect(caller.calls.first?.json?["token"] == "a.b")
        await #expect(throws: TokenRefusal.expired) {
            try await tokens.principal("a.b", now: TestTokens.now.advanced(by: .seconds(6)))
        }
    }

    static let closed: [(Result<[UInt8], CallFailure>, TokenRefusal?)] = [
        (.success(Array(#"{"valid":false}"#.utf8)), .invalid),
        (.success(Array(#"{"valid":true,"sub":"u","role":"wizard"}"#.utf8)), .roleUnknown),
        (.success(Array(#"{"valid":true,"role":"admin"}"#.utf8)), .invalid),
        (.success(Array("nonsense".utf8)), nil), (.success(Array("{}".utf8)), nil), (.failure(.unavailable), nil),
        (.failure(.timedOut(after: .seconds(8))), nil), (.failure(.failed(code: "x", isRetryable: false)), nil),
    ]

    @Test("Without a clear yes nobody comes in", arguments: closed)
    func flexFailsClosed(_ answer: Result<[UInt8], CallFailure>, _ expected: TokenRefusal?) async {
        let tokens = FlexTokens(caller: FakeCaller(answer), lifetime: .seconds(60))
        let refusal = await #expect(throws: TokenRefusal.self) {
            try await tokens.principal("a.b", now: TestTokens.now)
        }
        if let expected { #expect(refusal == expected) } else { #expect(refusal?.status == 503) }
    }

    @Test("Tokens that somebody makes up take no places of those who were let in, and flush no answer")
    func flexFlood() async throws {
        let caller = HeldCaller()
        let tokens = FlexTokens(caller: caller, lifetime: .seconds(60))
        #expect(try await tokens.principal("right.one", now: TestTokens.now).subject == "u7")
        caller.hold()
        let later = TestTokens.now.advanced(by: .seconds(120))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<FlexTokens.maxStrangers {
                group.addTask { _ = try? await tokens.principal("junk.\(number)", now: later) }
            }
            while caller.waiting < FlexTokens.maxStrangers { await Task.yield() }
            let refusal = await #expect(throws: TokenRefusal.self) {
                try await tokens.principal("junk.more", now: later)
            }
            #expect(refusal?.status == 503 && caller.waiting == FlexTokens.maxStrangers)
            group.addTask {
                let known = try await tokens.principal("right.one", now: later)
                #expect(known.subject == "u7")
            }
            while caller.waiting < FlexTokens.maxStrangers + 1 { await Task.yield() }
            caller.release()
            try await group.waitForAll()
        }
        let asked = caller.asked
        for number in 0...FlexTokens.maxRemembered {
            _ = try? await tokens.principal("other.\(number)", now: later)
        }
        #expect(try await tokens.principal("right.one", now: later).subject == "u7")
        #expect(caller.asked == asked + FlexTokens.maxRemembered + 1)
    }

    @Test("A text that cannot be a token of Flex is not asked about")
    func flexShape() async {
        let caller = FakeCaller(json: ["valid": true, "sub": "u", "role": "admin"])
        let tokens = FlexTokens(caller: caller, lifetime: .seconds(60))
        for text in ["a b", "ñ", String(repeating: "a", count: 9_000)] {
            await #expect(throws: TokenRefusal.invalid) { try await tokens.principal(text, now: TestTokens.now) }
        }
        #expect(caller.calls.isEmpty)
    }
}
