import Bus
import Events

/// The paths of `crm.api` below `/v1/crm`: contacts, cases, activities, health.
struct ConnectorRoutes: CRMRoutes {
    /// Records of one answer at most.
    static let maxPage = 50

    let connector: GuardedConnector
    /// Takes imports; only where it is the CRM.
    let builtin: BuiltinConnector
    let store: any StateStore
    let outbox: OutboxView
    let now: @Sendable () -> Timestamp

    func answer(_ request: CRMRequest) async throws -> CRMReply? {
        guard request.path.first == "crm" else { return nil }
        do {
            return try await route(request)
        } catch let error as CRMError {
            return .failure(error)
        }
    }

    private func route(_ request: CRMRequest) async throws -> CRMReply? {
        let path = request.path
        switch (request.method, path.count, path.count > 1 ? path[1] : "") {
        case ("GET", 2, "contacts"): return try await contacts(request)
        case ("POST", 2, "contacts"): return try await createContact(request)
        case ("POST", 3, "contacts") where path[2] == "import": return try await importFile(request)
        case ("GET", 3, "contacts"):
            return CRMReply(200, .object(try await connector.open(path[2]).json))
        case ("GET", 2, "cases"): return try await cases(request)
        case ("POST", 2, "cases"): return try await createCase(request)
        case ("GET", 2, "activities"): return try await activities(request)
        case ("GET", 3, "activities") where path[2] == "failed":
            return CRMReply(200, ["items": .array(try await outbox.failed(limit: try request.limit()))])
        case ("POST", 3, "activities") where path[2] == "retry": return try await retry(request)
        case ("GET", 2, "health"): return try await health()
        default: return nil
        }
    }

    private func contacts(_ request: CRMRequest) async throws -> CRMReply {
        let query = request.query
        let limit = try request.limit()
        if let text = query["q"], !text.isEmpty {
            guard connector.capabilities.contains(.search) else { throw CRMError.unsupported }
            let cursor = query["cursor"].flatMap { $0.isEmpty ? nil : $0 }
            let page = try await connector.search(text.prefixed(bytes: 200), cursor: cursor, limit: limit)
            var object = JSONObject([
                ("items", .array(page.contacts.map { $0.match(.name).json })), ("truncated", .bool(page.next != nil)),
            ])
            object["nextCursor"] = page.next.map { .string($0) }
            return CRMReply(200, .object(object))
        }
        let wanted = ContactQuery(
            phone: query["phone"], region: query["region"], email: query["email"], id: query["id"])
        guard !wanted.isEmpty else { return .badRequest("phone", "One of phone, email, q and id is needed.") }
        let found = try await connector.find(wanted, limit: limit)
        return CRMReply(
            200, ["items": .array(found.matches.map(\.json)), "truncated": .bool(found.isTruncated)])
    }

    private func createContact(_ request: CRMRequest) async throws -> CRMReply {
        guard let body = request.json else { return .badRequest("body", "The body is no JSON.") }
        let made = try await connector.create(
            try ContactDraft(body["defaults"]), key: try Self.key(body, for: request.actor))
        return Self.created(made)
    }

    private func cases(_ request: CRMRequest) async throws -> CRMReply {
        guard let contact = request.query["contact"], !contact.isEmpty, contact.utf8.count <= 128 else {
            return .badRequest("contact", "A contact's id is needed.")
        }
        let cases = try await connector.cases(of: contact, limit: try request.limit())
        return CRMReply(200, ["items": .array(cases.map { .object($0.json) })])
    }

    private func createCase(_ request: CRMRequest) async throws -> CRMReply {
        guard let body = request.json else { return .badRequest("body", "The body is no JSON.") }
        let made = try await connector.createCase(
            try CaseDraft(body), key: try Self.key(body, for: request.actor))
        return Self.created(made)
    }

    private static func created(_ made: CreatedRecord) -> CRMReply {
        CRMReply(201, ["record": made.record.json, "duplicate": .bool(made.isDuplicate)])
    }

    /// Two agents who make up the same key do not get each other's record.
    private static func key(_ body: JSONValue, for actor: CRMActor) throws(CRMError) -> String {
        guard let key = body["idempotencyKey"]?.string, (8...128).contains(key.utf8.count) else {
            throw .refused(field: "idempotencyKey")
        }
        return RecordID.uuid("key", actor.subject, key)
    }

    /// A contact's activities, or the asker's own; another agent's only for who supervises.
    private func activities(_ request: CRMRequest) async throws -> CRMReply {
        let recent = RecentActivities(store: store)
        let owner: RecentActivities.Owner
        if let contact = request.query["contact"], !contact.isEmpty {
            owner = .contact(contact.prefixed(bytes: 128))
        } else {
            let agent = request.query["agent"] ?? request.actor.subject
            guard agent == request.actor.subject || request.actor.mayAdminister else { return .needsSupervisor }
            owner = .agent(agent.prefixed(bytes: 256))
        }
        return CRMReply(200, ["items": .array(try await recent.list(owner, limit: try request.limit()))])
    }

    private func retry(_ request: CRMRequest) async throws -> CRMReply {
        guard request.actor.mayAdminister else { return .needsSupervisor }
        let count = try await outbox.retry(request.json?["interactionId"]?.string, at: now())
        return CRMReply(200, ["retried": .number(JSONNumber(count))])
    }

    private func health() async throws -> CRMReply {
        // What works need not be asked; one that is away is, as often as its gate lets through.
        if connector.health.state != .ok { try? await connector.check() }
        let (health, summary) = (connector.health, try await outbox.lately())
        var object = JSONObject([
            ("connector", .string(connector.name)), ("state", .string(health.state.rawValue)),
            ("waiting", .number(JSONNumber(summary.waiting))), ("failed", .number(JSONNumber(summary.failed))),
        ])
        object["oldestTs"] = summary.oldestTs.map { .number(JSONNumber($0)) }
        object["error"] = health.lastError.map { .string($0.code) }
        return CRMReply(200, .object(object))
    }
}

extension CRMRequest {
    /// `limit`, 1 to ``ConnectorRoutes/maxPage``; 20 without one.
    func limit() throws(CRMError) -> Int {
        guard let text = query["limit"] else { return 20 }
        guard let limit = Int(text), (1...ConnectorRoutes.maxPage).contains(limit) else {
            throw .refused(field: "limit")
        }
        return limit
    }
}

extension CRMActor {
    var mayAdminister: Bool { role == "supervisor" || role == "admin" }
}

extension CRMReply {
    static let needsSupervisor = CRMReply.problem(
        403, "crm.role", title: "Not allowed", detail: "This needs the role supervisor or admin.")

    /// What a CRM's failure is for the browser.
    static func failure(_ error: CRMError) -> CRMReply {
        var members: [(String, JSONValue)] = [("retryable", .bool(error.isRetryable))]
        if let pause = error.retryAfter {
            members.append(("retryAfterMs", .number(JSONNumber(Int(pause / .milliseconds(1))))))
        }
        if case .refused(let field?) = error { members.append(("field", .string(field))) }
        let (status, title) =
            switch error {
            case .unavailable: (503, "The CRM is not reachable")
            case .refused: (422, "The CRM does not take it")
            case .notFound: (404, "Not found")
            case .ambiguous: (409, "More than one record")
            case .denied, .missingPrivilege: (502, "The CRM lets us not in")
            case .unsupported: (501, "The CRM cannot do this")
            }
        return .problem(status, error.code, title: title, detail: error.description, members)
    }
}

extension String {
    /// The text, cut after so many bytes, never inside a character.
    func prefixed(bytes limit: Int) -> String {
        var text = self
        while text.utf8.count > limit { text.removeLast() }
        return text
    }
}
