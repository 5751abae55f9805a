import Events
import Hosting
import Twilio
import TwilioREST

extension HTTPConnector {
    /// What the CRM answered to one request.
    struct Answer: Sendable {
        /// One record, or those of a list.
        var records: [JSONValue]
        var next: String?
        /// Whether the CRM says that it made something (201).
        var isCreated: Bool
    }

    /// Asks once.
    /// - Throws: ``CRMError``; ``CRMError/unsupported`` when the operation is not configured.
    func ask(_ name: HTTPOperation.Name, _ values: TemplateValues) async throws(CRMError) -> Answer {
        guard let operation = settings.operations[name] else { throw .unsupported }
        let request = try request(operation, values)
        let response: TransportResponse
        do throws(TransportFailure) {
            response = try await transport.send(request, within: settings.timeout)
        } catch {
            throw Self.error(error)
        }
        if let error = Self.error(response) { throw error }
        guard !response.body.isEmpty, response.status != 204 else {
            return Answer(records: [], isCreated: response.status == 201)
        }
        guard let json = try? JSONValue(parsing: response.body) else {
            // A write was done, whatever is said about it; a read has brought nothing.
            guard request.method == .get || name == .findByPhone || name == .open else {
                return Answer(records: [], isCreated: response.status == 201)
            }
            throw .unavailable(.unreadable)
        }
        let found = operation.items.values(in: json)
        let records = found.flatMap { value in value.array ?? [value] }
        return Answer(
            records: records, next: operation.next?.text(in: json), isCreated: response.status == 201)
    }

    private func request(_ operation: HTTPOperation, _ values: TemplateValues) throws(CRMError) -> TransportRequest {
        var base = settings.baseURL
        if base.hasSuffix("/"), !operation.request.path.isEmpty { base.removeLast() }
        let url = base + (try operation.request.target(values))
        var headers = [TransportRequest.Header("Accept", "application/json")]
        let secret = TemplateValues(["token": .string(settings.token?.reveal() ?? "")])
        for header in settings.headers {
            guard let value = header.value.render(secret, encode: { $0 }) else { continue }
            headers.append(.init(header.name, value))
        }
        var body: [UInt8]?
        var form: FormParameters?
        switch operation.request.body {
        case .json(let template)?:
            body = (template.render(values) ?? .null).bytes
            headers.append(.init("Content-Type", "application/json"))
        case .form?:
            let filled = FormParameters(operation.request.form(values) ?? [])
            body = filled.encoded
            form = filled
            headers.append(.init("Content-Type", "application/x-www-form-urlencoded"))
        case nil: break
        }
        if settings.isSigned, let token = settings.token {
            let signature = WebhookSignature(tokens: [Array(token.reveal().utf8)])
            if let value = signature.header(url: url, form: form) { headers.append(.init("X-Twilio-Signature", value)) }
        }
        return TransportRequest(
            method: operation.request.method, url: url, headers: headers, body: body,
            maxResponseBytes: settings.maxResponseBytes)
    }

    private static func error(_ failure: TransportFailure) -> CRMError {
        switch failure.kind {
        case .deadline: .unavailable(.timeout)
        case .tooLarge, .malformed: .unavailable(.unreadable)
        case .invalid: .refused(field: nil)
        case .connect, .connectionLost, .cancelled: .unavailable(failure.wasSent ? .timeout : .unreachable)
        }
    }

    /// What a status means; nil for success.
    private static func error(_ response: TransportResponse) -> CRMError? {
        let pause = response.headers[.retryAfter].flatMap { Double($0) }.map {
            Duration.seconds(max(0, min($0, 86_400)))
        }
        return switch response.status {
        case 200...299: nil
        case 401, 403, 407: .denied
        case 404, 410: .notFound
        case 408, 425: .unavailable(.timeout, retryAfter: pause)
        case 409: .ambiguous
        case 429: .unavailable(.throttled, retryAfter: pause)
        case 500...599: .unavailable(.failing, retryAfter: pause)
        case 300...399: .unavailable(.unreadable)
        default: .refused(field: field(response))
        }
    }

    /// The field that an error body names as `field` or `parameter`, when it looks like a name and not like a value.
    private static func field(_ response: TransportResponse) -> String? {
        guard response.body.count <= maxErrorBytes, let json = try? JSONValue(parsing: response.body) else {
            return nil
        }
        let text = json["field"]?.string ?? json["parameter"]?.string ?? json["errors"]?[0]?["field"]?.string
        return text.flatMap { name in
            let isName =
                (1...64).contains(name.utf8.count)
                && name.utf8.allSatisfy { byte in
                    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
                }
            return isName ? name : nil
        }
    }
}
