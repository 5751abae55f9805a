import Events
import HTTPTypes
import Hummingbird
import NIOCore
import Twilio

/// One question to a service of the REST API: a request without its HTTP.
///
/// JSON: `method`, `path`, `query` (texts by name), `ifMatch`, `ifNoneMatch`, `contentType`, `body` (text) or `bodyBase64`
/// where it is no UTF-8, and `actor`. What a request does not have is left out.
struct ApiCall: Sendable {
    /// Bytes and parameters of a query.
    static let queryLimits = FormLimits(maxBodyBytes: 8_192, maxParameters: 32)

    let method: String
    let path: String
    var query: JSONObject
    let ifMatch: String?
    let ifNoneMatch: String?
    let contentType: String?
    let body: ByteBuffer?
    let actor: JSONValue

    var payload: [UInt8] {
        var writer = JSONWriter(capacity: 512 + (body?.readableBytes ?? 0))
        var members = JSONObject([
            ("method", .string(method)), ("path", .string(path)), ("query", .object(query)), ("actor", actor),
        ])
        members["ifMatch"] = ifMatch.map { .string($0) }
        members["ifNoneMatch"] = ifNoneMatch.map { .string($0) }
        members["contentType"] = contentType.map { .string($0) }
        if let body {
            if let text = String(validating: body.readableBytesView, as: UTF8.self) {
                members["body"] = .string(text)
            } else {
                let text = Base64.encode(body.readableBytesView)
                members["bodyBase64"] = .string(String(decoding: text, as: UTF8.self))
            }
        }
        writer.value(.object(members))
        return writer.bytes
    }

    /// The query of a target as texts by name; of a repeated name the last one counts.
    ///
    /// - Throws: ``FormError``.
    static func query(of target: String) throws(FormError) -> JSONObject {
        let text = target.split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
        let form = try FormParameters(decoding: Array(text.utf8), limits: queryLimits)
        var query = JSONObject()
        for name in Set(form.pairs.map(\.name)).sorted() { query[name] = form.all(name).last.map { .string($0) } }
        return query
    }
}

/// What a service of the REST API answers.
struct ApiAnswer: Sendable {
    let status: Int
    let eTag: String?
    let location: String?
    let contentType: String
    let body: String
    /// Where an export goes on.
    let next: String?

    /// Reads an answer; nil when it is none.
    init?(_ bytes: [UInt8]) {
        guard let json = try? JSONValue(parsing: bytes), let status = json["status"]?.integer,
            (200..<600).contains(status)
        else { return nil }
        self.status = Int(status)
        eTag = json["etag"]?.string
        location = json["location"]?.string
        contentType = json["contentType"]?.string ?? "application/json"
        body = json["body"]?.string ?? ""
        next = json["next"]?.string
    }

    /// The answer's head, without a length.
    var headers: HTTPFields {
        var fields: HTTPFields = [.cacheControl: "no-store", .xContentTypeOptions: "nosniff"]
        if status != 204, status != 304 { fields[.contentType] = contentType }
        fields[.eTag] = eTag
        fields[.location] = location
        return fields
    }

    var response: Response {
        var headers = headers
        guard status != 204, status != 304 else { return Response(status: .init(code: status), headers: headers) }
        headers[.contentLength] = String(body.utf8.count)
        return Response(
            status: .init(code: status), headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
    }
}
