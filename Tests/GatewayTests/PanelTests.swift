import Events
import HTTPTypes
import Hosting
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import Gateway

@Suite("The panel's surroundings", .timeLimit(.minutes(1)))
struct PanelTests {
    static let yaml = """
        auth: {development_url: "http://127.0.0.1:8090/dev/token"}
        panel:
          origins: [https://crm.test, "http://127.0.0.1:8090"]
          compatibility_origins: [https://crm.test]
          flex_origins: [https://flex.twilio.com]
          cif_origins: [https://contoso.crm4.dynamics.com]
        """

    private func gateway(_ yaml: String = yaml, _ caller: FakeCaller = FakeCaller()) throws -> TestGateway {
        try TestGateway(caller: caller, yaml, secrets: TestTokens.settings)
    }

    @Test(
        "An origin is exactly what a browser sends",
        arguments: [
            ("https://crm.example.com", true), ("https://crm.example.com:8443", true), ("http://localhost:8080", true),
            ("http://127.0.0.1", true), ("http://[::1]:9000", true), ("https://xn--bcher-kva.example", true),
            ("http://crm.example.com", false), ("https://crm.example.com/", false), ("https://*.example.com", false),
            ("https://CRM.example.com", false), ("https://crm.example.com:443", false), ("http://localhost:80", false),
            ("https://crm.example.com:0", false), ("https://crm.example.com:08", false), ("https://a@b.example", false),
            ("https://", false), ("https://a..b", false), ("https://-a.example", false), ("null", false), ("*", false),
            ("", false), ("https://a b", false), ("https://a;script-src *", false), ("https://a,b", false),
            ("http://localhost.evil.example", false), ("ftp://a.example", false), ("https://crm.example.com:x", false),
        ])
    func origins(_ text: String, _ isOrigin: Bool) {
        #expect((WebOrigin(text) != nil) == isOrigin)
    }

    @Test(
        "Origins that are none, and compatibility for pages that may not frame, are refused by name",
        arguments: [
            ("panel: {origins: [\"https://crm.test/\"]}", "gateway.panel.origins"),
            ("panel: {flex_origins: [\"*\"]}", "gateway.panel.flex_origins"),
            ("panel: {cif_origins: [\"https://*.dynamics.com\"]}", "gateway.panel.cif_origins"),
            (
                "panel: {origins: [https://a.test], compatibility_origins: [https://b.test]}",
                "gateway.panel.compatibility_origins"
            ),
            ("panel: {dial_expiry_seconds: 61}", "gateway.panel.dial_expiry_seconds"),
            ("auth: {jwks_url: \"https://login.example/keys\"}", "gateway.auth.audience"),
        ])
    func settings(_ yaml: String, _ key: String) {
        let error = #expect(throws: (any Error).self) { try TestGateway.settings(yaml, secrets: TestTokens.settings) }
        #expect(error.map { "\($0)".contains(key) } == true)
    }

    @Test("Keys from a URL are taken with an audience, keys from a file without")
    func audience() throws {
        let url = try TestGateway.settings("auth: {jwks_url: \"https://login.example/keys\", audience: patchbay}")
        #expect(url.auth.claims.audience == "patchbay")
        #expect(try TestGateway.settings("auth: {jwks_file: /etc/keys.json}").auth.claims.audience == nil)
    }

    @Test("The panel's page learns whom it may talk to, without a token")
    func config() async throws {
        let gateway = try gateway()
        try await gateway.server.application.test(.router) { client in
            let response = try await client.execute(uri: "/v1/panel/config", method: .get)
            let json = try JSONValue(parsing: Array(buffer: response.body))
            #expect(response.status == .ok && response.headers[.cacheControl] == "no-store")
            #expect(json["origins"] == ["https://crm.test", "http://127.0.0.1:8090"])
            #expect(json["compatibilityOrigins"] == ["https://crm.test"])
            #expect(json["flexOrigins"] == ["https://flex.twilio.com"])
            #expect(json["cifOrigins"] == ["https://contoso.crm4.dynamics.com"])
            #expect(json["version"]?.string == BuildInfo.version)
            #expect(json["auth"]?["methods"] == ["token", "development"])
            let post = try await client.execute(uri: "/v1/panel/config", method: .post)
            #expect(post.status == .methodNotAllowed)
        }
    }

    @Test("The channel's page is the panel's with the organisation's scripts and frames, and the plain one has neither")
    func cif() async throws {
        let gateway = try gateway()
        try await gateway.server.application.test(.router) { client in
            func policy(_ uri: String) async throws -> (String, String) {
                let page = try await client.execute(uri: uri, method: .get)
                #expect(page.status == .ok && page.headers[.xContentTypeOptions] == "nosniff")
                return (page.headers[.contentSecurityPolicy] ?? "", String(buffer: page.body))
            }
            let (own, page) = try await policy("/panel/cif?ucilib=https://evil.example&agent=x")
            #expect(own.contains("; script-src 'self' https://contoso.crm4.dynamics.com;"))
            #expect(own.contains("; frame-ancestors 'self' https://contoso.crm4.dynamics.com;"))
            #expect(own.contains("connect-src 'self' http://127.0.0.1:8090"))
            #expect(!own.contains("unsafe") && !own.contains("evil") && !own.contains("crm.test"))
            let (plain, same) = try await policy("/panel/")
            #expect(!plain.contains("script-src") && !plain.contains("dynamics.com"))
            #expect(page == same)
            let script = try await client.execute(uri: "/panel/js/main.js", method: .get)
            #expect(script.headers[.contentSecurityPolicy]?.contains("dynamics.com") == false)
            let post = try await client.execute(uri: "/panel/cif", method: .post)
            #expect(post.status == .methodNotAllowed)
        }
        let none = try self.gateway("")
        try await none.server.application.test(.router) { client in
            let page = try await client.execute(uri: "/panel/cif", method: .get)
            #expect(page.headers[.contentSecurityPolicy]?.contains("script-src 'self';") == true)
            #expect(page.headers[.contentSecurityPolicy]?.contains("frame-ancestors 'self';") == true)
        }
    }

    @Test("Nobody is allowed anything where nothing is configured")
    func nothingConfigured() async throws {
        let gateway = try gateway("")
        try await gateway.server.application.test(.router) { client in
            let response = try await client.execute(
                uri: "/v1/panel/config", method: .get, headers: [.origin: "https://crm.test"])
            #expect(String(buffer: response.body).contains("\"origins\":[]"))
            #expect(response.headers[.accessControlAllowOrigin] == nil && response.headers[.vary] == nil)
        }
    }

    // MARK: Scripts of other origins

    private func preflight(_ origin: String?, _ path: String = "/v1/agent/activity", _ method: String = "PUT")
        -> (String, HTTPFields)
    {
        var headers: HTTPFields = [
            .accessControlRequestMethod: method, .accessControlRequestHeaders: "authorization,content-type",
        ]
        headers[.origin] = origin
        return (path, headers)
    }

    @Test("Flex's page may call with a token, and learns so before")
    func crossOrigin() async throws {
        let gateway = try gateway()
        try await gateway.server.application.test(.router) { client in
            let (path, headers) = preflight("https://flex.twilio.com")
            let answer = try await client.execute(uri: path, method: .options, headers: headers)
            #expect(answer.status == .noContent && answer.headers[.vary] == "Origin")
            #expect(answer.headers[.accessControlAllowOrigin] == "https://flex.twilio.com")
            #expect(answer.headers[.accessControlAllowMethods] == "PUT")
            #expect(answer.headers[.accessControlAllowHeaders]?.contains("authorization") == true)
            #expect(answer.headers[.accessControlAllowCredentials] == nil)
            let call = try await client.execute(
                uri: "/v1/me", method: .get,
                headers: TestTokens.bearer("agent").with(.origin, "https://flex.twilio.com"))
            #expect(call.status == .ok)
            #expect(call.headers[.accessControlAllowOrigin] == "https://flex.twilio.com")
            let refused = try await client.execute(
                uri: "/v1/me", method: .get, headers: [.origin: "https://flex.twilio.com"])
            #expect(refused.status == .unauthorized, "CORS lets nobody in")
            #expect(refused.headers[.accessControlAllowOrigin] == "https://flex.twilio.com", "but errors can be read")
        }
    }

    @Test(
        "Scripts of any other origin learn nothing",
        arguments: [
            "https://evil.example", "https://flex.twilio.com.evil.example", "https://flex.twilio.com:8443",
            "http://flex.twilio.com", "https://FLEX.twilio.com", "https://crm.test", "null", "",
            "https://flex.twilio.com, https://evil.example", "https://flex.twilio.com/",
        ])
    func otherOrigins(_ origin: String) async throws {
        let gateway = try gateway()
        try await gateway.server.application.test(.router) { client in
            let (path, headers) = preflight(origin)
            let answer = try await client.execute(uri: path, method: .options, headers: headers)
            #expect(answer.status == .methodNotAllowed)
            #expect(answer.headers[.accessControlAllowOrigin] == nil)
            let call = try await client.execute(
                uri: "/v1/me", method: .get, headers: TestTokens.bearer("agent").with(.origin, origin))
            #expect(call.headers[.accessControlAllowOrigin] == nil && call.headers[.vary] == "Origin")
        }
    }

    @Test(
        "A preflight for a path that is none, or outside the API, allows nothing", arguments: ["/v1/none", "/metrics"])
    func preflightElsewhere(_ path: String) async throws {
        let gateway = try gateway()
        try await gateway.server.application.test(.router) { client in
            let (path, headers) = preflight("https://flex.twilio.com", path, "GET")
            let answer = try await client.execute(uri: path, method: .options, headers: headers)
            #expect(answer.status != .noContent && answer.headers[.accessControlAllowMethods] == nil)
        }
    }

    // MARK: Services

    @Test("Each service's routes go to it, and a problem names the one that nobody serves")
    func services() async throws {
        let gateway = try gateway()
        try await gateway.server.application.test(.router) { client in
            for (path, service, process) in [
                ("/v1/agent", "crm.api", "patchbay-crm"), ("/v1/crm/contacts", "crm.contacts", "patchbay-crm"),
                ("/v1/extensions", "extensions.api", "patchbay-extensions"),
            ] {
                let response = try await client.execute(uri: path, method: .get, headers: TestTokens.bearer("agent"))
                #expect(response.status == .serviceUnavailable && response.code == "gateway.service_unavailable")
                #expect(response.headers[.retryAfter] != nil)
                #expect(response.problem?["detail"]?.string?.contains(service) == true)
                #expect(response.problem?["detail"]?.string?.contains(process) == true)
                #expect(gateway.caller.calls.last?.service == service)
            }
        }
    }

    @Test("Places of one service are not those of another")
    func placesAreApart() {
        let places = ApiPlaces(all: 2, slow: 1)
        func enter(isSlow: Bool) -> Bool { places.enter(isSlow: isSlow, of: "ana") }
        let taken = [enter(isSlow: false), enter(isSlow: true), enter(isSlow: false)]
        #expect(taken == [true, true, false])
        places.leave(isSlow: true, of: "ana")
        let again = [enter(isSlow: true), enter(isSlow: true)]
        #expect(again == [true, false])
    }

    @Test("Whoever asks without end leaves places for the others")
    func placesAreShared() {
        let places = ApiPlaces(all: 100, slow: 4)
        let own = (0..<100).filter { _ in places.enter(isSlow: false, of: "greedy") }.count
        let others = (0..<100).filter { places.enter(isSlow: false, of: "agent \($0)") }.count
        #expect(own == 25 && others == 75)
        places.leave(isSlow: false, of: "greedy")
        #expect(places.enter(isSlow: false, of: "greedy"))
    }

    @Test(
        "Ids of interactions and contacts are passed on as they are",
        arguments: ["WT00~2", "DL0123", "a.b_c-d", "~x"])
    func identifiers(_ id: String) async throws {
        let gateway = try gateway(Self.yaml, FakeCaller(json: ["status": 204]))
        try await gateway.server.application.test(.router) { client in
            let response = try await client.execute(
                uri: "/v1/agent/interactions/\(id)/pop", method: .post, headers: TestTokens.bearer("agent"))
            #expect(response.status == .noContent)
            #expect(gateway.caller.calls.last?.json?["path"]?.string == "/v1/agent/interactions/\(id)/pop")
        }
    }
}

extension HTTPFields {
    func with(_ name: HTTPField.Name, _ value: String) -> HTTPFields {
        var fields = self
        fields[name] = value
        return fields
    }
}
