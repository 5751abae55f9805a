import AsyncHTTPClient
import Events
import Hosting
import Logging
import NIOCore
import NIOHTTP1
import Testing

@testable import Sandbox

/// Dataverse over HTTP: tokens, headers, faults, limits and the tests' own way in.
@Suite(.timeLimit(.minutes(1))) struct DataverseServerTests {
    private static let yaml = """
        gateway:
          listen: {port: 1}
          projects:
            flex: {account_sid: AC11111111111111111111111111111111}
        sandbox:
          listen: {port: 0}
          dataverse: {contacts: 60, token_seconds: 600}
          projects:
            flex:
              agents:
                - {name: ana, entra_object_id: 00000000-0000-4000-8000-0000000000A1}
        """

    /// A Sandbox that listens, and what asks it.
    private struct Client {
        let origin: String
        var token = ""

        func ask(
            _ method: String, _ path: String, _ headers: [(String, String)] = [], body: String = ""
        ) async throws -> (status: Int, headers: [String: String], json: JSONValue) {
            var request = HTTPClientRequest(url: origin + path)
            request.method = .init(rawValue: method)
            if !token.isEmpty { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
            for header in headers { request.headers.add(name: header.0, value: header.1) }
            if !body.isEmpty { request.body = .bytes(Array(body.utf8)) }
            let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
            let bytes = Array(try await response.body.collect(upTo: 1 << 20).readableBytesView)
            let fields = response.headers.map { ($0.name.lowercased(), $0.value) }
            return (
                Int(response.status.code), Dictionary(fields) { first, _ in first },
                (try? JSONValue(parsing: bytes)) ?? .null
            )
        }

        mutating func signIn() async throws {
            token = ""
            let settings = DataverseSettings()
            let form =
                "grant_type=client_credentials&client_id=\(settings.clientID.text)&client_secret=secret"
                + "&scope=\(origin)/.default"
            let answer = try await ask(
                "POST", "/entra/\(settings.tenant.text)/oauth2/v2.0/token",
                [("Content-Type", "application/x-www-form-urlencoded")], body: form)
            #expect(answer.status == 200 && answer.json["expires_in"]?.integer == 600)
            token = try #require(answer.json["access_token"]?.string)
        }
    }

    private func withSandbox(_ body: (inout Client) async throws -> Void) async throws {
        let environment = [
            "PATCHBAY_GATEWAY_PROJECTS_FLEX_AUTH_TOKEN": "a", "PATCHBAY_SANDBOX_DATAVERSE_CLIENT_SECRET": "secret",
        ]
        let settings = try SettingsSource(yaml: Self.yaml, environment: environment)
            .read(sections: SandboxSettings.sections, SandboxSettings.init(reader:)).value
        let (ports, continuation) = AsyncStream<Int>.makeStream()
        var listener = SandboxListener(
            settings: settings, health: Health(), metrics: MetricsRegistry(), logger: Logger(label: "test"))
        listener.onListening = { continuation.yield($0) }
        let started = listener
        try await withThrowingTaskGroup { group in
            group.addTask { try await started.run() }
            let port = try #require(await ports.first { _ in true })
            var client = Client(origin: "http://127.0.0.1:\(port)")
            try await body(&client)
            group.cancelAll()
        }
    }

    private let contacts = "/api/data/v9.2/contacts?$select=fullname&$top=1"

    @Test("Without a token one learns where to get it; with one there are rows, versions and what is left")
    func tokens() async throws {
        try await withSandbox { client in
            let refused = try await client.ask("GET", contacts)
            #expect(refused.status == 401)
            #expect(
                refused.headers["www-authenticate"]?.contains("/oauth2/authorize, resource_id=\(client.origin)/")
                    == true)
            try await client.signIn()
            let answer = try await client.ask("GET", contacts)
            #expect(answer.status == 200 && answer.json["value"]?[0]?["fullname"]?.string == "María López")
            #expect(answer.headers["odata-version"] == "4.0")
            #expect(answer.headers["x-ms-ratelimit-burst-remaining-xrm-requests"] == "5999")
            #expect(answer.headers["twilio-concurrent-requests"] == nil)
            let link = answer.json["@odata.context"]?.string
            #expect(link?.hasPrefix(client.origin + "/api/data/v9.2/$metadata#contacts") == true)
            #expect(try await client.ask("POST", "/sandbox/v1/dataverse/reset", body: "{\"contacts\":0}").status == 204)
            #expect(try await client.ask("GET", contacts).status == 401)
            try await client.signIn()
            #expect(try await client.ask("GET", contacts).json["value"]?.array?.isEmpty == true)
        }
    }

    @Test("A write that a fault answers has been made or not, as the fault says; it is counted in any case")
    func faults() async throws {
        try await withSandbox { client in
            try await client.signIn()
            let call = "/api/data/v9.2/phonecalls(10000000-0000-4000-8000-000000000001)"
            func fault(_ effect: String) async throws {
                let rule =
                    "{\"project\":\"dataverse\",\"match\":{\"product\":\"dataverse\"},\"times\":1,\"effect\":\(effect)}"
                let rules = try await client.ask(
                    "PUT", "/sandbox/v1/faults", [("Content-Type", "application/json")], body: "{\"rules\":[\(rule)]}")
                #expect(rules.status == 200)
            }
            var codes: [String?] = []
            for _ in 0..<3 {
                try await fault("{\"status\":429,\"retry_after\":2}")
                let refused = try await client.ask("PATCH", call, body: "{\"subject\":\"a\"}")
                #expect(refused.status == 429 && refused.headers["retry-after"] == "2")
                codes.append(refused.json["error"]?["code"]?.string)
            }
            #expect(codes == ["0x80072322", "0x80072321", "0x80072326"])
            #expect(try await client.ask("GET", call).status == 404)
            try await fault("{\"status\":500,\"after\":true}")
            let failed = try await client.ask("PATCH", call, [("If-None-Match", "*")], body: "{\"subject\":\"a\"}")
            #expect(failed.status == 500)
            let again = try await client.ask("PATCH", call, [("If-None-Match", "*")], body: "{\"subject\":\"a\"}")
            #expect(again.status == 412 && again.json["error"]?["code"]?.string == "0x80040237")
            try await fault("{\"lost_answer\":true}")
            await #expect(throws: (any Error).self) {
                _ = try await client.ask("PATCH", call, [("If-Match", "*")], body: "{\"subject\":\"b\"}")
            }
            #expect(try await client.ask("GET", call).json["subject"]?.string == "b")
            let counts = try await client.ask("GET", "/sandbox/v1/dataverse/requests").json
            #expect(counts["requests"]?["PATCH phonecalls(id)"]?.integer == 6 && counts["tokens"]?.integer == 1)
        }
    }

    @Test("Beyond the limit there is 429 with a wait that grows; rows are put and read without being counted")
    func limits() async throws {
        try await withSandbox { client in
            let reset = try await client.ask(
                "POST", "/sandbox/v1/dataverse/reset", body: "{\"contacts\":0,\"requests_per_window\":2}")
            #expect(reset.status == 204)
            try await client.signIn()
            let rows = try await client.ask(
                "POST", "/sandbox/v1/dataverse/rows/contacts", body: "[{\"lastname\":\"x\"},{\"lastname\":\"y\"}]")
            #expect(rows.json["ids"]?.array?.count == 2)
            for _ in 0..<2 { #expect(try await client.ask("GET", contacts).status == 200) }
            let (first, second) = (try await client.ask("GET", contacts), try await client.ask("GET", contacts))
            #expect(first.status == 429 && first.json["error"]?["code"]?.string == "0x80072322")
            let waits = [first, second].compactMap { $0.headers["retry-after"].flatMap { Int($0) } }
            #expect(waits.count == 2 && waits[0] >= 290 && waits[1] >= waits[0])
            let shown = try await client.ask("GET", "/sandbox/v1/dataverse/contacts?$filter=lastname%20eq%20'Y'").json
            #expect(shown["value"]?.array?.count == 1)
            let user = try await client.ask(
                "GET", "/sandbox/v1/dataverse/systemusers?$filter=domainname%20eq%20'ana@example.com'"
            ).json["value"]?[0]
            #expect(user?["azureactivedirectoryobjectid"]?.string == "00000000-0000-4000-8000-0000000000a1")
            let counts = try await client.ask("GET", "/sandbox/v1/dataverse/requests").json
            #expect(counts["total"]?.integer == 4 && counts["statuses"]?["429"]?.integer == 2)
        }
    }
}
