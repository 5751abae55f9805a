import Directory
import Events

/// What goes back to the Gateway, and through it to whoever asked.
struct APIReply: Sendable {
    var status: Int
    var body: [UInt8]
    var contentType = "application/json"
    var etag: String?
    var location: String?
    /// Where a file goes on that is sent in pieces.
    var next: String?

    init(_ status: Int = 200, _ body: JSONValue) {
        self.status = status
        self.body = body.bytes
    }

    init(status: Int, text: [UInt8], contentType: String) {
        self.status = status
        body = text
        self.contentType = contentType
    }

    static let noContent = APIReply(status: 204, text: [], contentType: "application/json")

    /// An error as problem+json.
    static func problem(
        _ status: Int, _ code: String, title: String, detail: String, _ members: [(String, JSONValue)] = []
    ) -> APIReply {
        var object = JSONObject([
            ("type", .string("about:blank")), ("title", .string(title)), ("status", .number(JSONNumber(status))),
            ("code", .string(code)), ("detail", .string(detail)),
        ])
        for (name, value) in members { object[name] = value }
        var reply = APIReply(status, .object(object))
        reply.contentType = "application/problem+json"
        return reply
    }

    static func failure(_ status: Int, _ failure: DirectoryFailure) -> APIReply {
        .problem(status, failure.code, title: "The directory did not do it", detail: failure.description)
    }

    func tagged(_ etag: String) -> APIReply {
        var reply = self
        reply.etag = etag
        return reply
    }

    func located(_ location: String) -> APIReply {
        var reply = self
        reply.location = location
        return reply
    }

    /// `{status, etag?, location?, next?, contentType, body}`.
    var payload: [UInt8] {
        var writer = JSONWriter(capacity: body.count + body.count / 8 + 256)
        writer.raw("{\"status\":")
        writer.value(.number(JSONNumber(status)))
        if let etag {
            writer.raw(",\"etag\":")
            writer.string(etag)
        }
        if let location {
            writer.raw(",\"location\":")
            writer.string(location)
        }
        if let next {
            writer.raw(",\"next\":")
            writer.string(next)
        }
        writer.raw(",\"contentType\":")
        writer.string(contentType)
        writer.raw(",\"body\":")
        body.withUnsafeBytes { writer.string($0) }
        writer.raw("}")
        return writer.bytes
    }
}
