import HTTPTypes

/// The routes of the services.
extension ApiRoute {
    /// Bytes of one record, and of a short instruction.
    static let small = 65_536
    /// Bytes of a bulk edit of 1,000 records.
    private static let bulk = 2_097_152
    /// Bytes of an import: a call's frame has 8 MiB.
    private static let file = 7_340_032

    /// The directory: agents read, supervisors edit.
    static let extensions: [ApiRoute] = [
        ApiRoute(.get, "/v1/workers", .agent),
        ApiRoute(.get, "/v1/extensions", .agent),
        ApiRoute(.post, "/v1/extensions", .supervisor, body: .json(small)),
        ApiRoute(.post, "/v1/extensions/bulk", .supervisor, body: .json(bulk), isSlow: true),
        ApiRoute(.get, "/v1/extensions/next", .agent),
        ApiRoute(.get, "/v1/extensions/rules", .agent),
        ApiRoute(.get, "/v1/extensions/diff", .agent),
        ApiRoute(.get, "/v1/extensions/history", .agent),
        ApiRoute(.post, "/v1/extensions/import", .supervisor, body: .file(file), isSlow: true),
        ApiRoute(.get, "/v1/imports/{batch}", .agent),
        ApiRoute(.post, "/v1/extensions/imports/{batch}/undo", .supervisor, body: .json(small), isSlow: true),
        ApiRoute(.get, "/v1/extensions/export", .agent, action: .export(.extensions)),
        ApiRoute(.get, "/v1/extensions/publish", .agent),
        ApiRoute(.post, "/v1/extensions/publish", .supervisor, body: .json(small)),
        ApiRoute(.get, "/v1/extensions/versions", .agent),
        ApiRoute(.get, "/v1/extensions/versions/{version}", .agent),
        ApiRoute(.post, "/v1/extensions/versions/{version}/rollback", .supervisor, body: .json(small)),
        ApiRoute(.get, "/v1/extensions/{id}", .agent),
        ApiRoute(.put, "/v1/extensions/{id}", .supervisor, body: .json(small)),
        ApiRoute(.delete, "/v1/extensions/{id}", .supervisor),
    ]

    /// The agent's own work and the CRM: everybody who works may, and the service sees to it that it is his own.
    static let crm: [ApiRoute] = [
        work(.get, "/v1/agent"),
        work(.put, "/v1/agent/activity"),
        work(.post, "/v1/agent/lease"),
        work(.put, "/v1/agent/selection"),
        work(.get, "/v1/agent/targets"),
        work(.post, "/v1/agent/interactions/{interaction}/actions"),
        work(.get, "/v1/agent/interactions/{interaction}/messages"),
        work(.post, "/v1/agent/interactions/{interaction}/messages"),
        work(.put, "/v1/agent/interactions/{interaction}/wrapup"),
        work(.put, "/v1/agent/interactions/{interaction}/record"),
        ApiRoute(.post, "/v1/agent/interactions/{interaction}/pop", .agent, action: .service(.crm)),
        work(.post, "/v1/agent/pops/{pop}"),
        work(.get, "/v1/crm/contacts", asks: .contacts),
        work(.post, "/v1/crm/contacts", asks: .contacts),
        work(.get, "/v1/crm/contacts/{contact}", asks: .contacts),
        work(.get, "/v1/crm/cases", asks: .contacts),
        work(.post, "/v1/crm/cases", asks: .contacts),
        work(.get, "/v1/crm/activities", asks: .contacts),
        work(.get, "/v1/crm/health", asks: .contacts),
        ApiRoute(.post, "/v1/dials", .agent, body: .json(small), action: .dial),
    ]

    private static func work(_ method: HTTPRequest.Method, _ path: String, asks service: ApiService = .crm) -> ApiRoute
    {
        ApiRoute(method, path, .agent, body: method == .get ? .none : .json(small), action: .service(service))
    }
}
