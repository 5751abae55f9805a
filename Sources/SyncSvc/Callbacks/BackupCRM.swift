import AsyncHTTPClient
import Events
import Hosting
import NIOCore
import NIOHTTP1
import Twilio

/// Another CRM endpoint, asked about customers who are none of ours.
protocol BackupCRM: Sendable {
    /// Its answer to the callback as it came; nil when it has none, or not in time.
    func answer(_ question: CallbackQuestion) async -> CallbackReply?
}

/// An endpoint over HTTP that takes the mobile app's callbacks: the same form, signed anew for its own URL.
struct HTTPBackupCRM: BackupCRM {
    /// Longest answer, in bytes.
    static let maxBytes = 1 << 20

    let url: String
    let timeout: Duration
    let signature: WebhookSignature
    let client: HTTPClient

    /// Prepares the signature.
    ///
    /// - Parameters:
    ///   - url: Where it listens.
    ///   - timeout: For its whole answer.
    ///   - token: The auth token of the app's project: the endpoint checks signatures with it.
    ///   - client: Shared by the process.
    init(url: String, timeout: Duration, token: Secret, client: HTTPClient = .shared) {
        self.url = url
        self.timeout = timeout
        signature = WebhookSignature(tokens: [Array(token.reveal().utf8)])
        self.client = client
    }

    func answer(_ question: CallbackQuestion) async -> CallbackReply? {
        let form = FormParameters(question.parameters.map { ($0.key, $0.value) })
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers = HTTPHeaders([("Content-Type", "application/x-www-form-urlencoded")])
        if let header = signature.header(url: url, form: form) {
            request.headers.add(name: "X-Twilio-Signature", value: header)
        }
        request.body = .bytes(ByteBuffer(bytes: form.encoded))
        do {
            let deadline =
                NIODeadline.now()
                + .nanoseconds(
                    Int64(
                        clamping: timeout.components.seconds * 1_000_000_000
                            + timeout.components.attoseconds / 1_000_000_000))
            let response = try await client.execute(request, deadline: deadline)
            let body = try await response.body.collect(upTo: Self.maxBytes)
            guard let json = try? JSONValue(parsing: body.readableBytesView) else { return nil }
            return (200...299).contains(Int(response.status.code))
                ? .ok(json) : CallbackReply(status: Int(response.status.code), body: json)
        } catch {
            return nil
        }
    }
}
