import Events

/// What the Gateway passes on of a request to `crm.api`.
struct CRMRequest: Sendable {
    let method: String
    /// Segments of the path behind `/v1/`, percent-decoded by the Gateway: `["agent", "interactions", "WT…"]`.
    let path: [String]
    let query: [String: String]
    let body: [UInt8]
    let actor: CRMActor

    init(method: String, path: [String], query: [String: String] = [:], body: [UInt8] = [], actor: CRMActor) {
        self.method = method
        self.path = path
        self.query = query
        self.body = body
        self.actor = actor
    }

    /// Reads `{method, path, query, contentType?, body, actor}`;
    /// the body is text, or `bodyBase64` where it is no UTF-8.
    init?(_ payload: [UInt8]) {
        guard let json = try? JSONValue(parsing: payload), let method = json["method"]?.string,
            let path = json["path"]?.string, let actor = CRMActor(json["actor"])
        else { return nil }
        let segments = path.split(separator: "?")[0...].first?.split(separator: "/").map(String.init) ?? []
        var query: [String: String] = [:]
        for member in json["query"]?.object?.members ?? [] {
            switch member.value {
            case .string(let text): query[member.name] = text
            case .bool(let value): query[member.name] = value ? "true" : "false"
            case .number(let number): query[member.name] = number.literal
            default: break
            }
        }
        var body = json["body"]?.string.map { Array($0.utf8) } ?? []
        if let base64 = json["bodyBase64"]?.string {
            guard let bytes = Base64.decode(base64.utf8) else { return nil }
            body = bytes
        }
        self.init(
            method: method.uppercased(), path: segments.first == "v1" ? Array(segments.dropFirst()) : segments,
            query: query, body: body, actor: actor)
    }

    /// The body as JSON; nil when it is none.
    var json: JSONValue? { try? JSONValue(parsing: body) }
}

/// Who asks, as the Gateway has authenticated them.
struct CRMActor: Hashable, Sendable {
    /// The token's `sub`: an agentId or a WorkerSid.
    let subject: String
    let name: String
    let role: String

    init(subject: String, name: String = "", role: String = "agent") {
        self.subject = subject
        self.name = name
        self.role = role
    }

    init?(_ json: JSONValue?) {
        guard let subject = json?["sub"]?.string, !subject.isEmpty, subject.utf8.count <= 256,
            let role = json?["role"]?.string
        else { return nil }
        self.init(subject: subject, name: json?["name"]?.string ?? "", role: role)
    }
}
