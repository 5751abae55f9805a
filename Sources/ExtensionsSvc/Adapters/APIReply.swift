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

    /// The answer to whoever has seen one before: 304 where nothing of it has changed.
    ///
    /// The tag gets a hash of the body behind the revision, since an answer shows more than its revision: what is
    /// published, who is no worker any more, what has expired meanwhile.
    ///
    /// - Parameter ifNoneMatch: Tags in a list, or `*` (RFC 9110 §13.1.2).
    /// - Returns: This answer with its whole tag, or 304.
    func unlessSeen(_ ifNoneMatch: String?) -> APIReply {
        guard status == 200, let revision = etag else { return self }
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in body { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        let tag = "\(revision.dropLast())-\(String(hash, radix: 36))\""
        let seen = (ifNoneMatch ?? "").split(separator: ",").map { part in
            let text = String(part).trimmed
            return text.hasPrefix("W/") ? String(text.dropFirst(2)) : text
        }
        guard seen.contains(tag) || seen == ["*"] else { return tagged(tag) }
        return APIReply(status: 304, text: [], contentType: contentType).tagged(tag)
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
