import Events
import HTTPTypes
import Hummingbird
import NIOCore

/// An error answer by RFC 9457, with a stable `code` beside its members.
struct Problem: Hashable, Sendable {
    static let contentType = "application/problem+json"

    let status: Int
    let code: String
    let detail: String
    var retryAfterSeconds: Int?
    var allow: String?
    /// How to come in, on 401 and 403: the WWW-Authenticate header.
    var authenticate: String?
    /// Whether the connection ends with this answer, because the rest of the request is not wanted.
    var closesConnection = false

    /// RFC 9110's phrases for the statuses that problems have.
    private var httpStatus: HTTPResponse.Status {
        switch status {
        case 400: .badRequest
        case 401: .unauthorized
        case 403: .forbidden
        case 404: .notFound
        case 405: .methodNotAllowed
        case 408: .requestTimeout
        case 409: .conflict
        case 413: .contentTooLarge
        case 415: .unsupportedMediaType
        case 422: .unprocessableContent
        case 429: .tooManyRequests
        case 431: .requestHeaderFieldsTooLarge
        case 503: .serviceUnavailable
        default: .internalServerError
        }
    }

    /// The document.
    var body: [UInt8] {
        var writer = JSONWriter(capacity: 256)
        writer.raw("{\"type\":\"about:blank\",\"title\":")
        writer.string(httpStatus.reasonPhrase)
        writer.raw(",\"status\":")
        writer.value(.number(JSONNumber(status)))
        writer.raw(",\"code\":")
        writer.string(code)
        writer.raw(",\"detail\":")
        writer.string(detail)
        writer.raw("}\n")
        return writer.bytes
    }

    /// The head for a body of this many bytes.
    func head(contentLength: Int) -> HTTPResponse {
        var fields: HTTPFields = [
            .contentType: Self.contentType, .contentLength: String(contentLength), .cacheControl: "no-store",
        ]
        if let retryAfterSeconds { fields[.retryAfter] = String(retryAfterSeconds) }
        if let allow { fields[.allow] = allow }
        if let authenticate { fields[.wwwAuthenticate] = authenticate }
        if closesConnection { fields[.connection] = "close" }
        return HTTPResponse(status: httpStatus, headerFields: fields)
    }

    /// The whole answer.
    var whole: WholeAnswer {
        let body = body
        return WholeAnswer(head: head(contentLength: body.count), body: ByteBuffer(bytes: body))
    }

    var response: Response { whole.response }
}

extension Problem {
    /// No route has this path, and no project this name: the two cannot be told apart.
    static let routeUnknown = Problem(
        status: 404, code: "gateway.route_unknown",
        detail: "Nothing is here. Webhooks go to /webhooks/twilio/{project}/{taskrouter|conversations|chat|voice}.")

    static func methodNotAllowed(_ allow: String) -> Problem {
        Problem(
            status: 405, code: "gateway.method_not_allowed", detail: "This path takes \(allow) only.", allow: allow)
    }

    init(_ refusal: WebhookRefusal, retryAfterSeconds: Int) {
        self.init(status: refusal.status, code: refusal.code, detail: refusal.description)
        if refusal.isRetryable { self.retryAfterSeconds = retryAfterSeconds }
        switch refusal {
        case .bodyTooLarge, .bodyIncomplete: closesConnection = true
        default: break
        }
    }
}
