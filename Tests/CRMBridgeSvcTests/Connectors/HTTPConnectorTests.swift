import Events
import HTTPTypes
import Hosting
import Synchronization
import Testing
import Twilio
import TwilioREST

@testable import CRMBridgeSvc

@Suite(.timeLimit(.minutes(1)))
struct HTTPConnectorTests {
    /// Settings as a configuration file makes them.
    private static func settings(_ text: String = "", url: String = "http://127.0.0.1:1") throws
        -> HTTPConnectorSettings
    {
        let yaml = "crm:\n  http:\n    base_url: \(url)\n" + text
        let source = try SettingsSource(yaml: yaml, environment: ["PATCHBAY_CRM_HTTP_TOKEN": TestCRM.token])
        return try source.read(sections: ["crm"]) {
            HTTPConnectorSettings($0.section("crm").section("http"), isUsed: true)
        }
        .value
    }

    /// A connector over a CRM on a real port.
    private func withCRM(
        _ text: String = "", _ body: @Sendable @escaping (HTTPConnector, TestCRM) async throws -> Void
    ) async throws {
        let crm = TestCRM()
        try await crm.serve { port in
            let transport = HTTPTransport(configuration: TwilioConfiguration())
            let settings = try Self.settings(text, url: "http://127.0.0.1:\(port)")
            do {
                try await body(HTTPConnector(settings: settings, transport: transport), crm)
            } catch {
                await transport.shutdown()
                throw error
            }
            await transport.shutdown()
        }
    }

    @Test("A CRM over HTTP does what every connector must")
    func passesTheKit() async throws {
        try await withCRM { connector, crm in
            try await ConnectorKit(connector: connector) {
                crm.activities.map { ($0.id, $0.json["dispositionCode"]?.string) }
            }.run()
            #expect(crm.requests.allSatisfy { $0.headers[.authorization] == "Bearer \(TestCRM.token)" })
        }
    }

    @Test("Statuses become typed errors, with the pause that the CRM asks for")
    func statuses() async throws {
        try await withCRM { connector, crm in
            let expected: [(TestCRM.Fault, CRMError)] = [
                (.status(429, retryAfter: "7"), .unavailable(.throttled, retryAfter: .seconds(7))),
                (.status(503), .unavailable(.failing)), (.status(500, retryAfter: "x"), .unavailable(.failing)),
                (.status(401), .denied), (.status(403), .denied), (.status(404), .notFound), (.status(409), .ambiguous),
                (.status(302), .unavailable(.unreadable)),
                (.status(422, body: #"{"field":"name"}"#), .refused(field: "name")),
                (.status(400, body: #"{"field":"Ana Ruiz +34600111222"}"#), .refused(field: nil)),
                (.text("<html>"), .unavailable(.unreadable)),
                (.large(2_000_000), .unavailable(.unreadable)),
            ]
            for (fault, error) in expected {
                crm.fail([fault])
                await #expect(throws: error) { _ = try await connector.open("x") }
            }
        }
    }

    @Test("A CRM that answers after its time is a timeout, and the repeat finds what was done")
    func late() async throws {
        try await withCRM("    timeout_ms: 300\n") { connector, crm in
            let log = Samples.log("WTlate", revision: 1)
            crm.fail([.late(.seconds(1))])
            await #expect(throws: CRMError.unavailable(.timeout)) { _ = try await connector.log(log, isRepeat: false) }
            let reference = try await connector.log(log, isRepeat: true)
            #expect(reference.id == log.activityID && crm.activities.count == 1)
        }
    }

    @Test("A CRM that makes an activity of each POST has one all the same, whatever revision comes and however often")
    func postsOnce() async throws {
        let text = """
                log:
                  request: POST /activities
                  body: '{"key":"{activityId}","dispositionCode":"{dispositionCode}"}'
                find_log:
                  request: GET /activities?key={activityId}
                  items: /items

            """
        try await withCRM(text) { connector, crm in
            let first = try await connector.log(Samples.log("WTpost", revision: 1), isRepeat: false)
            for isRepeat in [false, true] {
                let later = try await connector.log(Samples.log("WTpost", revision: 2), isRepeat: isRepeat)
                #expect(later == first && first.id == "made-1")
            }
            #expect(crm.activities.count == 1)
            _ = try await connector.log(Samples.log("WTother", revision: 1), isRepeat: false)
            #expect(crm.activities.count == 2)
        }
    }

    @Test("A PUT is not asked for first: a later revision that repeats a lost answer is written")
    func putsRevisions() async throws {
        let text = "    find_log:\n      request: GET /activities?key={activityId}\n      items: /items\n"
        try await withCRM(text) { connector, crm in
            _ = try await connector.log(Samples.log("WTput", revision: 1), isRepeat: false)
            _ = try await connector.log(Samples.log("WTput", revision: 2), isRepeat: true)
            #expect(crm.activities.count == 1 && !crm.requests.contains { $0.method == "GET" })
        }
    }

    @Test("A port where nobody listens is a CRM that cannot be reached")
    func unreachable() async throws {
        let transport = HTTPTransport(configuration: TwilioConfiguration())
        let connector = HTTPConnector(settings: try Self.settings(), transport: transport)
        await #expect(throws: CRMError.unavailable(.unreachable)) { try await connector.check() }
        await transport.shutdown()
    }

    @Test("The samples' backup CRM is asked by signed forms, and its customers are opened to be compared")
    func backup() async throws {
        let transport = ScriptedTransport { form in
            switch form.first("Location") {
            case "GetCustomersList":
                #"{"objects":{"customers":[{"customer_id":"{\"c\":\"CH1\"}","display_name":"Ana"}],"searchable":true}}"#
            default:
                #"""
                {"objects":{"customer":{"customer_id":"{\"c\":\"CH1\"}","display_name":"Ana","channels":
                [{"type":"whatsapp","value":"whatsapp:+34600111222"},{"type":"email","value":"ana@x.es"}],
                "details":{"title":"Ana","content":"VIP"}}}}
                """#
            }
        }
        let settings = try Self.settings("    preset: backup_crm\n", url: "https://backup.example/crm")
        let connector = HTTPConnector(settings: settings, transport: transport)
        let found = try await connector.find(ContactQuery(phone: "600 11 12 22", region: "ES"), limit: 5)
        #expect(found.matches.map(\.matchedOn) == [.phoneExact])
        #expect(found.matches.first?.record.id == #"{"c":"CH1"}"# && found.matches.first?.detail == "VIP")
        #expect(!connector.capabilities.contains(.log))
        #expect(transport.requests.count == 2)
        let signature = WebhookSignature(tokens: [Array(TestCRM.token.utf8)])
        for request in transport.requests {
            let form = try FormParameters(decoding: request.body ?? [])
            #expect(request.url == "https://backup.example/crm" && request.method == .post)
            #expect(request.header("X-Twilio-Signature") == signature.header(url: request.url, form: form))
        }
    }

    @Test(
        "Configuration that cannot work is refused when the process starts",
        arguments: [
            "    base_url: http://crm.example/\n", "    open:\n      request: GET /c/{phone}\n",
            "    log:\n      request: POST /activities\n", "    headers: [\"no colon\"]\n",
            "    fields:\n      id: [id]\n",
            "    base_url: https://user:pass@crm.example\n", "    create_contact:\n      body: '{\"name\":{name}}'\n",
        ])
    func refused(text: String) {
        let url =
            text.contains("base_url")
            ? String(text.split(separator: " ", maxSplits: 1)[1].dropLast()) : "https://crm.example"
        #expect(throws: SettingsErrors.self) {
            _ = try Self.settings(text.contains("base_url") ? "" : text, url: url)
        }
    }

    @Test("What a header's token is does not show when settings or errors are printed")
    func secrets() throws {
        let settings = try Self.settings()
        #expect(!"\(settings)".contains(TestCRM.token))
        let errors: [CRMError] = [.denied, .refused(field: nil), .unavailable(.timeout), .notFound]
        #expect(errors.allSatisfy { !$0.description.contains(TestCRM.token) })
    }
}

/// Answers forms as it is told.
final class ScriptedTransport: TwilioTransport {
    private let sent = Mutex<[TransportRequest]>([])
    private let answer: @Sendable (FormParameters) -> String

    init(_ answer: @escaping @Sendable (FormParameters) -> String) { self.answer = answer }

    var requests: [TransportRequest] { sent.withLock { $0 } }

    func send(
        _ request: TransportRequest, within timeout: Duration
    ) async throws(TransportFailure) -> TransportResponse {
        sent.withLock { $0.append(request) }
        guard let form = try? FormParameters(decoding: request.body ?? []) else {
            throw TransportFailure(.invalid, wasSent: false, reason: "no form")
        }
        return TransportResponse(status: 200, body: Array(answer(form).utf8))
    }
}
