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
        /// A service of the bus, with one answer.
        case service(ApiService)
        /// A service of the bus, asked again until it says that it was all.
        case export(ApiService)
        /// The Gateway, by an event.
        case dial
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

    init(
        _ method: HTTPRequest.Method, _ path: String, _ role: Role, body: Body = .none,
        action: Action = .service(.extensions), isSlow: Bool = false
    ) {
        self.method = method
        self.path = path
        self.role = role
        self.body = body
        self.action = action
        self.isSlow = isSlow
    }

    static let all =
        [
            ApiRoute(.get, "/v1/me", .agent, action: .me),
            ApiRoute(.get, "/v1/stream", .agent, action: .stream),
        ] + extensions + crm

    /// The service of the bus that answers; nil where the Gateway does.
    var service: ApiService? {
        switch action {
        case .service(let service), .export(let service): service
        case .dial, .me, .stream: nil
        }
    }
}
