import Events
import HTTPTypes
import Hosting
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import Gateway

@Suite("The REST API", .timeLimit(.minutes(1)))
struct ApiTests {
    static let answer: JSONValue = [
        "status": 200, "etag": "\"d7\"", "contentType": "application/json", "body": "{\"items\":[]}",
    ]

    private func gateway(_ caller: FakeCaller = FakeCaller(json: answer), _ yaml: String = "") throws -> TestGateway {
        try TestGateway(caller: caller, yaml, secrets: TestTokens.settings)
    }

    /// A path that fits a route's template.
    private static func path(_ route: ApiRoute) -> String {
        route.path.split(separator: "/").map { $0.hasPrefix("{") ? "7" : String($0) }.reduce("") { "\($0)/\($1)" }
    }

    @Test("Nothing answers without the right role", arguments: ApiRoute.all)
    func nobodyGetsIn(_ route: ApiRoute) async throws {
        let gateway = try gateway()
        try await gateway.server.application.test(.router) { client in
            func ask(_ headers: HTTPFields) async throws -> TestResponse {
                var headers = headers
                headers[.contentType] = "application/json"
                let body = route.body == .none ? ByteBuffer() : ByteBuffer(string: "{}")
                return try await client.execute(
                    uri: Self.path(route), method: route.method, headers: headers, body: body)
            }
            let missing = try await ask([:])
            #expect(missing.status == .unauthorized && missing.code == "auth.token_missing")
            #expect(missing.headers[.wwwAuthenticate] == "Bearer realm=\"patchbay\"")
            for scheme in ["Basic dTpw", "Bearer", "Bearer ", "bearer"] {
                #expect(try await ask([.authorization: scheme]).status == .unauthorized, "\(scheme)")
            }
            for (name, token, code) in TestTokens.refused {
                let response = try await ask([.authorization: "Bearer \(token)"])
                #expect(response.code == code, "\(name)")
                #expect(response.status == (code == "auth.role_unknown" ? .forbidden : .unauthorized), "\(name)")
                #expect(response.headers[.wwwAuthenticate]?.hasPrefix("Bearer ") == true, "\(name)")
            }
            for role in Role.allCases where role < route.role {
                let response = try await ask(TestTokens.bearer(role.rawValue))
                #expect(response.status == .forbidden && response.code == "auth.role_too_low", "\(role)")
                #expect(response.headers[.wwwAuthenticate]?.contains("insufficient_scope") == true)
            }
            #expect(gateway.caller.calls.isEmpty)
            for role in Role.allCases where role >= route.role && route.action != .stream && route.action != .dial {
                #expect(try await ask(TestTokens.bearer(role.rawValue)).status == .ok, "\(role)")
            }
        }
    }

    @Test("Agents read the directory, supervisors edit it: every route of it that is no GET needs a supervisor")
    func rolesOfRoutes() {
        #expect(ApiRoute.all.allSatisfy { $0.service == .extensions || $0.role == .agent })
        for route in ApiRoute.all where route.service == .extensions {
            #expect(route.role == (route.method == .get ? .agent : .supervisor), "\(route.method) \(route.path)")
        }
        #expect(Set(ApiRoute.all.map { "\($0.method) \($0.path)" }).count == ApiRoute.all.count)
    }

    @Test("A request is passed on whole, with who asks, and the answer comes back with its tag")
    func passesOn() async throws {
        let gateway = try gateway()
        try await gateway.server.application.test(.router) { client in
            var headers = TestTokens.bearer("supervisor")
            headers[.contentType] = "application/json"
            headers[.ifMatch] = "\"17\""
            let response = try await client.execute(
                uri: "/v1/extensions/ex_0123456789abcdef?q=a%20b+c&q=d&limit=5", method: .put, headers: headers,
                body: ByteBuffer(string: #"{"extension":"0042","spokenName":"Añil"}"#))
            #expect(response.status == .ok && response.headers[.eTag] == "\"d7\"")
            #expect(String(buffer: response.body) == "{\"items\":[]}")
            let call = try #require(gateway.caller.calls.first?.json)
            #expect(gateway.caller.calls.first?.service == "extensions.api")
            #expect(call["method"] == "PUT" && call["path"] == "/v1/extensions/ex_0123456789abcdef")
            #expect(call["query"] == ["q": "d", "limit": "5"] && call["ifMatch"] == "\"17\"")
            #expect(call["body"] == #"{"extension":"0042","spokenName":"Añil"}"#)
            #expect(call["actor"] == ["sub": "u1", "name": "Ana Ruiz", "role": "supervisor"])
        }
    }

    @Test("A file that is no UTF-8 is passed on in Base64")
    func binaryBodies() async throws {
        let gateway = try gateway()
        try await gateway.server.application.test(.router) { client in
            var headers = TestTokens.bearer("admin")
            headers[.contentType] = "text/csv"
            _ = try await client.execute(
                uri: "/v1/extensions/import?format=csv", method: .post, headers: headers,
                body: ByteBuffer(bytes: [0xFF, 0xFE, 0x41]))
            let call = try #require(gateway.caller.calls.first?.json)
            #expect(call["body"] == nil && call["bodyBase64"] == "//5B" && call["contentType"] == "text/csv")
        }
    }

    static let wrong: [(String, HTTPRequest.Method, String, Int, HTTPResponse.Status, String)] = [
        ("/v1/extensions", .delete, "", 0, .methodNotAllowed, "gateway.method_not_allowed"),
        ("/v1/extensions/publish", .put, "", 0, .methodNotAllowed, "gateway.method_not_allowed"),
        ("/v1/extensions/a/b/c", .get, "", 0, .notFound, "gateway.route_unknown"),
        ("/v1/extensions/", .get, "", 0, .notFound, "gateway.route_unknown"),
        ("/v1/extensions/..", .get, "", 0, .notFound, "gateway.route_unknown"),
        ("/v1/extensions/ex%2F1", .get, "", 0, .notFound, "gateway.route_unknown"),
        ("/v1/nothing", .get, "", 0, .notFound, "gateway.route_unknown"),
        ("/v1/extensions", .post, "text/plain", 2, .unsupportedMediaType, "gateway.content_type"),
        ("/v1/extensions", .post, "application/json", 65_537, .contentTooLarge, "gateway.body_too_large"),
        ("/v1/extensions?q=%FF", .get, "", 0, .badRequest, "form.invalid_utf8"),
        (
            "/v1/extensions?" + String(repeating: "a=1&", count: 40), .get, "", 0, .badRequest,
            "form.too_many_parameters"
        ),
    ]

    @Test("What is malformed is refused here, and says how", arguments: wrong)
    func malformed(
        _ uri: String, _ method: HTTPRequest.Method, _ type: String, _ size: Int, _ status: HTTPResponse.Status,
        _ code: String
    ) async throws {
        let gateway = try gateway()
        try await gateway.server.application.test(.router) { client in
            var headers = TestTokens.bearer("admin")
            if !type.isEmpty { headers[.contentType] = type }
            let response = try await client.execute(
                uri: uri, method: method, headers: headers,
                body: ByteBuffer(bytes: [UInt8](repeating: 0x20, count: size)))
            #expect(response.status == status)
            #expect(response.code == code)
            #expect(gateway.caller.calls.isEmpty)
        }
    }

    @Test(
        "A service that is away, slow or broken is 503 or 500, never an empty success",
        arguments: [
            (Result.failure(CallFailure.unavailable), HTTPResponse.Status.serviceUnavailable),
            (.failure(.timedOut(after: .seconds(1))), .serviceUnavailable),
            (.failure(.failed(code: "x", isRetryable: false)), .internalServerError),
            (.success(Array("{}".utf8)), .internalServerError),
            (.success(Array(#"{"status":99}"#.utf8)), .internalServerError),
        ])
    func serviceAway(_ answer: Result<[UInt8], CallFailure>, _ status: HTTPResponse.Status) async throws {
        let gateway = try gateway(FakeCaller(answer))
        try await gateway.server.application.test(.router) { client in
            let response = try await client.execute(
                uri: "/v1/extensions", method: .get, headers: TestTokens.bearer("agent"))
            #expect(response.status == status)
            #expect((response.headers[.retryAfter] != nil) == (status == .serviceUnavailable))
        }
    }

    @Test("An export is streamed in pieces, each asked for where the one before ended")
    func exports() async throws {
        let caller = FakeCaller(
            answers: (1...3).map { number in
                var answer: JSONObject = JSONObject([
                    ("status", 200), ("contentType", "text/csv; charset=utf-8"),
                    ("body", .string("piece \(number)\r\n")),
                ])
                if number < 3 { answer["next"] = .string("after\(number)") }
                return .object(answer)
            })
        let gateway = try gateway(caller)
        try await gateway.server.application.test(.live) { client in
            let response = try await client.execute(
                uri: "/v1/extensions/export?format=csv", method: .get, headers: TestTokens.bearer("agent"))
            #expect(response.status == .ok && response.headers[.contentType] == "text/csv; charset=utf-8")
            #expect(String(buffer: response.body) == "piece 1\r\npiece 2\r\npiece 3\r\n")
            let cursors = caller.calls.map { $0.json?["query"]?["cursor"]?.string }
            #expect(cursors == [nil, "after1", "after2"])
        }
    }

    @Test("An export that breaks off does not look whole")
    func brokenExport() async throws {
        let caller = FakeCaller(answers: [
            ["status": 200, "contentType": "text/csv", "body": "a\r\n", "next": "x"], ["status": 503, "body": ""],
        ])
        let gateway = try gateway(caller, "listen: {host: 127.0.0.1, port: 0}")
        try await gateway.server.application.test(.live) { client in
            _ = await #expect(throws: (any Error).self) {
                try await client.execute(
                    uri: "/v1/extensions/export", method: .get, headers: TestTokens.bearer("agent"))
            }
        }
    }

    @Test("Who I am, and how to come in")
    func meAndAuth() async throws {
        let yaml = "auth: {flex: true, development_url: \"http://127.0.0.1:8090/dev/token\"}"
        let gateway = try gateway(FakeCaller(json: Self.answer), yaml)
        try await gateway.server.application.test(.router) { client in
            let me = try await client.execute(uri: "/v1/me", method: .get, headers: TestTokens.bearer("agent"))
            let json = try JSONValue(parsing: Array(buffer: me.body))
            #expect(json["sub"] == "u1" && json["role"] == "agent" && json["name"] == "Ana Ruiz")
            let auth = try await client.execute(uri: "/v1/auth", method: .get)
            #expect(auth.status == .ok)
            #expect(
                String(buffer: auth.body)
                    == #"{"methods":["token","flex","development"],"#
                    + #""developmentURL":"http://127.0.0.1:8090/dev/token"}"#)
        }
    }

    @Test("With nothing configured nobody comes in")
    func closedByDefault() async throws {
        let gateway = try TestGateway(caller: FakeCaller(json: Self.answer))
        try await gateway.server.application.test(.router) { client in
            let empty = TestTokens.token(TestTokens.claims(role: "admin"), secret: "")
            for token in [TestTokens.token(), empty] {
                let response = try await client.execute(
                    uri: "/v1/me", method: .get, headers: [.authorization: "Bearer \(token)"])
                #expect(response.status == .unauthorized)
            }
        }
    }
}
