import Events

/// What the Gateway passes on of a request to the directory.
struct APIRequest: Sendable {
    let method: String
    /// Segments of the path behind `/v1/`: `["extensions", "ex_…"]`.
    let path: [String]
    let query: [String: String]
    let ifMatch: String?
    let ifNoneMatch: String?
    let contentType: String
    let body: [UInt8]
    let editor: Editor

    /// Reads `{method, path, query, ifMatch?, ifNoneMatch?, contentType?, body, actor}`;
    /// the body is text, or `bodyBase64` where it is no UTF-8.
    init?(_ payload: [UInt8]) {
        guard let json = try? JSONValue(parsing: payload), let method = json["method"]?.string,
            let path = json["path"]?.string, let editor = Editor(json["actor"])
        else { return nil }
        self.method = method.uppercased()
        self.editor = editor
        let segments = path.split(separator: "?")[0...].first?.split(separator: "/").map(String.init) ?? []
        self.path = segments.first == "v1" ? Array(segments.dropFirst()) : segments
        var query: [String: String] = [:]
        for member in json["query"]?.object?.members ?? [] {
            switch member.value {
            case .string(let text): query[member.name] = text
            case .bool(let value): query[member.name] = value ? "true" : "false"
            case .number(let number): query[member.name] = number.literal
            default: break
            }
        }
        self.query = query
        ifMatch = json["ifMatch"]?.string
        ifNoneMatch = json["ifNoneMatch"]?.string
        contentType = json["contentType"]?.string ?? "application/json"
        if let base64 = json["bodyBase64"]?.string {
            guard let bytes = Base64.decode(base64.utf8) else { return nil }
            body = bytes
        } else {
            body = json["body"]?.string.map { Array($0.utf8) } ?? []
        }
    }

    /// The revision that `If-Match` names, as `"17"`, or with `d` before it the draft's.
    ///
    /// What is behind a hyphen tells answers about one revision apart, and changes nothing.
    func expected(_ prefix: String = "") -> UInt64? {
        guard var tag = ifMatch?.trimmed else { return nil }
        if tag.hasPrefix("W/") { tag.removeFirst(2) }
        guard tag.hasPrefix("\"\(prefix)"), tag.hasSuffix("\""), tag.utf8.count > prefix.utf8.count + 2 else {
            return nil
        }
        return UInt64(tag.dropFirst(1 + prefix.count).dropLast().prefix { $0 != "-" })
    }
}
