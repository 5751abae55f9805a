import Events

/// Where a project sends one family of its webhooks, as the provider stores it.
struct RouteValues: Hashable, Sendable {
    /// The address with its fragment; empty when nothing is called.
    var url: String
    /// Nil where the product has no choice.
    var method: String?
    /// Names of events, sorted; nil means all.
    var filters: [String]?
    /// Programmable Chat's own setting; nil elsewhere.
    var retryCount: Int?

    init(url: String, method: String? = nil, filters: [String]? = nil, retryCount: Int? = nil) {
        self.url = url
        self.method = method
        self.filters = filters.map { Set($0).sorted() }
        self.retryCount = retryCount
    }

    /// The address without its fragment: what is called, and what a signature is made for.
    var location: String { String(url.prefix { $0 != "#" }) }

    /// Connection overrides: the part behind `#`, in no particular order.
    var overrides: Set<String> {
        guard let mark = url.firstIndex(of: "#") else { return [] }
        return Set(url[url.index(after: mark)...].split(separator: "&").map(String.init))
    }

    var json: JSONValue {
        var object = JSONObject([("url", .string(url))])
        object["method"] = method.map { .string($0) }
        object["filters"] = filters.map { .array($0.map { .string($0) }) }
        object["retryCount"] = retryCount.map { .number(JSONNumber($0)) }
        return .object(object)
    }

    init?(_ json: JSONValue?) {
        guard let url = json?["url"]?.string else { return nil }
        self.init(
            url: url, method: json?["method"]?.string, filters: json?["filters"]?.array?.compactMap(\.string),
            retryCount: json?["retryCount"]?.integer.map(Int.init))
    }
}
