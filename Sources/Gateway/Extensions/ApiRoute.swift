import HTTPTypes

/// One operation of the REST API: where it is, who may call it, how large its body may be.
///
/// The table is what is answered, what the OpenAPI document describes and what the tests of roles walk through.
struct ApiRoute: Hashable, Sendable {
    /// What a request may carry.
    enum Body: Hashable, Sendable {
        case none
        /// JSON of at most this many bytes.
        case json(Int)
        /// A file of any text format, of at most this many bytes.
        case file(Int)
    }

    /// Who answers.
    enum Action: Hashable, Sendable {
        /// `extensions.api`, with one answer.
        case service
        /// `extensions.api`, asked again until it says that it was all.
        case export
        /// The Gateway, from the token.
        case me
        /// The Gateway, with events from the journal.
        case stream
    }

    let method: HTTPRequest.Method
    /// With `{name}` for a segment that varies.
    let path: String
    /// The least role that may call it.
    let role: Role
    let body: Body
    let action: Action
    /// Whether it may take long: an import.
    let isSlow: Bool

    private init(
        _ method: HTTPRequest.Method, _ path: String, _ role: Role, body: Body = .none, action: Action = .service,
        isSlow: Bool = false
    ) {
        self.method = method
        self.path = path
        self.role = role
        self.body = body
        self.action = action
        self.isSlow = isSlow
    }

    /// Bytes of one record, and of a short instruction.
    private static let small = 65_536
    /// Bytes of a bulk edit of 1,000 records.
    private static let bulk = 2_097_152
    /// Bytes of an import: a call's frame has 8 MiB.
    private static let file = 7_340_032

    static let all: [ApiRoute] = [
        ApiRoute(.get, "/v1/me", .agent, action: .me),
        ApiRoute(.get, "/v1/stream", .agent, action: .stream),
        ApiRoute(.get, "/v1/workers", .agent),
        ApiRoute(.get, "/v1/extensions", .agent),
        ApiRoute(.post, "/v1/extensions", .supervisor, body: .json(small)),
        ApiRoute(.post, "/v1/extensions/bulk", .supervisor, body: .json(bulk), isSlow: true),
        ApiRoute(.get, "/v1/extensions/next", .agent),
        ApiRoute(.get, "/v1/extensions/rules", .agent),
        ApiRoute(.get, "/v1/extensions/diff", .agent),
        ApiRoute(.get, "/v1/extensions/history", .agent),
        ApiRoute(.post, "/v1/extensions/import", .supervisor, body: .file(file), isSlow: true),
        ApiRoute(.post, "/v1/extensions/imports/{batch}/undo", .supervisor, body: .json(small), isSlow: true),
        ApiRoute(.get, "/v1/extensions/export", .agent, action: .export),
        ApiRoute(.get, "/v1/extensions/publish", .agent),
        ApiRoute(.post, "/v1/extensions/publish", .supervisor, body: .json(small)),
        ApiRoute(.get, "/v1/extensions/versions", .agent),
        ApiRoute(.get, "/v1/extensions/versions/{version}", .agent),
        ApiRoute(.post, "/v1/extensions/versions/{version}/rollback", .supervisor, body: .json(small)),
        ApiRoute(.get, "/v1/extensions/{id}", .agent),
        ApiRoute(.put, "/v1/extensions/{id}", .supervisor, body: .json(small)),
        ApiRoute(.delete, "/v1/extensions/{id}", .supervisor),
    ]
}
