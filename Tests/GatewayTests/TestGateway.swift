import Events
import HTTPTypes
import Hosting
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Twilio

@testable import Gateway

/// A Gateway with two projects in front of a ``FakePublisher``.
struct TestGateway {
    static let publicURL = "https://bus.example.com"
    static let flexAccount = "AC" + String(repeating: "1", count: 32)
    static let frontlineAccount = "AC" + String(repeating: "2", count: 32)
    static let flexToken = "flex-token-0123456789abcdef"
    static let nextFlexToken = "next-flex-token-0123456789"
    static let frontlineToken = "frontline-token-0123456789"

    /// The pages as they are in the sources.
    static let web = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" } + "/Sources/Gateway/Web"

    let publisher: FakePublisher
    let caller: FakeCaller
    let dials: FakePromptPublisher
    let journal: FakeJournal
    let log = LogRecorder()
    let metrics = MetricsRegistry()
    let health = Health()
    let server: GatewayServer

    init(
        publisher: FakePublisher = FakePublisher(), caller: FakeCaller = FakeCaller(),
        dials: FakePromptPublisher = FakePromptPublisher(), journal: FakeJournal = FakeJournal(),
        served: ServedDirectory = ServedDirectory(), url: String = publicURL,
        _ yaml: String = "", secrets: [String: String] = [:],
        adminSockets: [(label: String, path: String)] = []
    ) throws {
        self.publisher = publisher
        self.caller = caller
        self.dials = dials
        self.journal = journal
        server = try GatewayServer(
            settings: try Self.settings(url: url, yaml, secrets: secrets), label: "gateway", publisher: publisher,
            caller: caller, dials: dials, journal: journal, served: served, metrics: metrics, health: health,
            adminSockets: { adminSockets },
            files: InstalledFiles(directory: Self.web), logger: log.logger)
    }

    static func settings(
        url: String = publicURL, _ yaml: String = "", secrets: [String: String] = [:]
    ) throws -> GatewaySettings {
        let text = """
            gateway:
              public_url: \(url)
              projects:
                flex:
                  account_sid: \(flexAccount)
                frontline:
                  account_sid: \(frontlineAccount)

            """
        let indented = yaml.split(separator: "\n").map { "  \($0)\n" }.joined()
        var environment = [
            "PATCHBAY_GATEWAY_PROJECTS_FLEX_AUTH_TOKEN": flexToken,
            "PATCHBAY_GATEWAY_PROJECTS_FLEX_AUTH_TOKEN_SECONDARY": nextFlexToken,
            "PATCHBAY_GATEWAY_PROJECTS_FRONTLINE_AUTH_TOKEN": frontlineToken,
        ]
        environment.merge(secrets) { _, secret in secret }
        return try SettingsSource(yaml: text + indented, environment: environment)
            .read(sections: GatewaySettings.sections, GatewaySettings.init(reader:)).value
    }

    /// Sends requests straight to the responder.
    func answer(_ webhook: Webhook) async throws -> TestResponse {
        try await server.application.test(.router) { try await $0.send(webhook) }
    }

    /// The value of a sample of our own metrics, whose name and labels are written as in the text.
    func sample(_ name: String) -> String? {
        metrics.render().split(separator: "\n").first { $0.hasPrefix(name + " ") }
            .map { String($0.dropFirst(name.count + 1)) }
    }
}

/// A webhook as it comes over the wire.
struct Webhook: Sendable {
    var target = "/webhooks/twilio/flex/taskrouter"
    var method = HTTPRequest.Method.post
    var contentType: String? = "application/x-www-form-urlencoded"
    var signature: String?
    var headers: HTTPFields = [:]
    var body: [UInt8] = []

    /// A form, signed as the provider would for `url` and the target.
    init(
        _ pairs: [(String, String)] = Webhook.reservation, target: String = "/webhooks/twilio/flex/taskrouter",
        token: String = TestGateway.flexToken, url: String = TestGateway.publicURL
    ) {
        let form = FormParameters(pairs)
        self.target = target
        body = form.encoded
        signature = WebhookSignature(tokens: [Array(token.utf8)]).header(url: url + target, form: form)
    }

    /// The same with something changed.
    func with(_ change: (inout Webhook) -> Void) -> Webhook {
        var copy = self
        change(&copy)
        return copy
    }

    /// The head and body of an HTTP/1.1 request.
    func http(_ extra: String = "") -> [UInt8] {
        var head = "\(method) \(target) HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.count)\r\n"
        if let contentType { head += "Content-Type: \(contentType)\r\n" }
        if let signature { head += "X-Twilio-Signature: \(signature)\r\n" }
        return Array((head + extra + "\r\n").utf8) + body
    }

    static let reservation = [
        ("AccountSid", TestGateway.flexAccount), ("EventType", "reservation.created"),
        ("Sid", "EV" + String(repeating: "a", count: 32)), ("ResourceType", "reservation"),
        ("ResourceSid", "WR" + String(repeating: "b", count: 32)),
        ("ReservationSid", "WR" + String(repeating: "b", count: 32)),
        ("TaskSid", "WT" + String(repeating: "c", count: 32)),
        ("WorkerSid", "WK" + String(repeating: "d", count: 32)), ("WorkerName", "Añil Ñandú"),
        ("TaskAttributes", #"{"from":"+34600111222","name":"José"}"#), ("Timestamp", "1795220000"),
        ("TimestampMs", "1795220000123"), ("WorkspaceSid", "WS" + String(repeating: "e", count: 32)),
    ]

    static let message = [
        ("AccountSid", TestGateway.frontlineAccount), ("EventType", "onMessageAdded"), ("Source", "SDK"),
        ("ConversationSid", "CH" + String(repeating: "a", count: 32)),
        ("MessageSid", "IM" + String(repeating: "b", count: 32)), ("Index", "3"), ("Author", "+34600111222"),
        ("Body", "Hola, ¿está mi pedido?"), ("DateCreated", "2026-11-19T10:00:00.000Z"), ("Attributes", "{}"),
    ]

    static let chatMessage = [
        ("AccountSid", TestGateway.flexAccount), ("EventType", "onMessageSent"),
        ("InstanceSid", "IS" + String(repeating: "a", count: 32)),
        ("ChannelSid", "CH" + String(repeating: "a", count: 32)),
        ("MessageSid", "IM" + String(repeating: "b", count: 32)), ("Index", "3"), ("From", "agent_40example"),
        ("Body", "Hello"), ("DateCreated", "2026-11-19T10:00:00.000Z"), ("Attributes", "{}"),
    ]

    static let call = [
        ("AccountSid", TestGateway.flexAccount), ("CallSid", "CA" + String(repeating: "a", count: 32)),
        ("CallStatus", "ringing"), ("SequenceNumber", "1"), ("CallbackSource", "call-progress-events"),
        ("From", "+34600111222"), ("To", "+34911222333"), ("Direction", "outbound-api"),
        ("Timestamp", "Thu, 19 Nov 2026 10:00:00 +0000"), ("ApiVersion", "2010-04-01"),
    ]
}

extension TestClientProtocol {
    func send(_ webhook: Webhook) async throws -> TestResponse {
        var headers = webhook.headers
        headers[.contentType] = webhook.contentType
        headers[.twilioSignature] = webhook.signature
        return try await executeRequest(
            uri: webhook.target, method: webhook.method, headers: headers, body: ByteBuffer(bytes: webhook.body))
    }
}

extension TestResponse {
    /// The members of a problem document.
    var problem: JSONValue? {
        guard headers[.contentType] == "application/problem+json" else { return nil }
        return try? JSONValue(parsing: Array(buffer: body))
    }

    var code: String? { problem?["code"]?.string }
}
