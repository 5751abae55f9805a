import Events

/// What `doctor dynamics` has seen from outside.
struct DynamicsFacts: Sendable {
    /// An answer, or none.
    enum Reply: Hashable, Sendable {
        case nothing(reason: String)
        case status(Int, body: JSONValue)

        var status: Int? {
            guard case .status(let status, _) = self else { return nil }
            return status
        }

        var body: JSONValue {
            guard case .status(_, let body) = self else { return .null }
            return body
        }
    }

    struct Page: Hashable, Sendable {
        var status: Int?
        var reason = ""
        var policy: String?
        var frameOptions: String?
    }

    /// The authority's answer, without the token.
    var token = Reply.nothing(reason: "not asked")
    var whoAmI: Reply?
    /// Columns by table; nil where the document could not be read.
    var columns: [String: Set<String>]?
    /// A harmless read of each table.
    var reads: [(set: String, reply: Reply)] = []
    var providers: Reply?
    var page = Page()
}
