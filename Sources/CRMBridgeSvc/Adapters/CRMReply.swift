import Events

/// What goes back to the Gateway, and through it to whoever asked.
struct CRMReply: Sendable {
    var status: Int
    var body: [UInt8]
    var contentType = "application/json"

    init(_ status: Int = 200, _ body: JSONValue) {
        self.status = status
        self.body = body.bytes
    }

    static let noContent: CRMReply = {
        var reply = CRMReply(204, .null)
        reply.body = []
        return reply
    }()

    static let notFound = CRMReply.problem(
        404, "crm.not_found", title: "Not found", detail: "There is nothing at this path.")

    /// An error as problem+json.
    static func problem(
        _ status: Int, _ code: String, title: String, detail: String, _ members: [(String, JSONValue)] = []
    ) -> CRMReply {
        var object = JSONObject([
            ("type", .string("about:blank")), ("title", .string(title)), ("status", .number(JSONNumber(status))),
            ("code", .string(code)), ("detail", .string(detail)),
        ])
        for (name, value) in members { object[name] = value }
        var reply = CRMReply(status, .object(object))
        reply.contentType = "application/problem+json"
        return reply
    }

    /// What the request's own form is about.
    static func badRequest(_ field: String, _ detail: String) -> CRMReply {
        .problem(400, "crm.parameter", title: "Malformed request", detail: detail, [("parameter", .string(field))])
    }

    /// `{status, contentType, body}`.
    var payload: [UInt8] {
        var writer = JSONWriter(capacity: body.count + body.count / 8 + 256)
        writer.raw("{\"status\":")
        writer.value(.number(JSONNumber(status)))
        writer.raw(",\"contentType\":")
        writer.string(contentType)
        writer.raw(",\"body\":")
        body.withUnsafeBytes { writer.string($0) }
        writer.raw("}")
        return writer.bytes
    }
}
