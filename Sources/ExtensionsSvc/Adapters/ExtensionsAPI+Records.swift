import Events

/// Records one by one, and their list.
extension ExtensionsAPI {
    /// Words of a search: each is looked for in every record.
    static let maxSearchWords = 8

    func list(_ request: APIRequest) async throws -> APIReply {
        let query = request.query
        guard let order = Listing.Order(query["sort"] ?? "extension") else {
            return .badRequest(
                "sort", "sort is extension, updatedAt, name, updatedBy or target, with - before it to descend.")
        }
        guard let limit = Int(query["limit"] ?? "100"), (1...Listing.maxLimit).contains(limit) else {
            return .badRequest("limit", "limit is 1 to \(Listing.maxLimit).")
        }
        var cursor: Listing.Cursor?
        if let text = query["cursor"], !text.isEmpty {
            guard let read = Listing.Cursor(text) else { return .badRequest("cursor", "This is no cursor of ours.") }
            cursor = read
        }
        var filter = Listing.Filter()
        filter.text = query["q"].flatMap { $0.isEmpty ? nil : $0.cut(toBytes: 256) }
        guard (filter.text?.split(separator: " ").count ?? 0) <= Self.maxSearchWords else {
            return .badRequest("q", "q has at most \(Self.maxSearchWords) words.")
        }
        filter.team = query["team"].flatMap { $0.isEmpty ? nil : $0 }
        if let text = query["status"], !text.isEmpty {
            guard let status = Listing.Status(rawValue: text) else {
                return .badRequest("status", "status is published, changed or new.")
            }
            filter.status = status
        }
        let (view, rows) = try await store.view(sortedBy: order.key)
        let page = Listing(
            rows, isDescending: order.isDescending, filter: filter, after: cursor, limit: limit,
            status: view.comparison.status(of:))
        var object = JSONObject([
            ("items", .array(page.records.map(view.json))),
            ("nextCursor", page.next.map { .string($0.text) } ?? .null), ("total", .number(JSONNumber(page.total))),
        ])
        for (name, value) in view.summary { object[name] = value }
        return APIReply(200, .object(object)).tagged(view.draftTag)
    }

    func get(_ text: String) async throws -> APIReply {
        let view = try await store.view()
        guard let record = RecordID(text).flatMap({ view.draft.record($0) }) else { return .recordUnknown }
        return APIReply(200, view.json(record)).tagged(record.tag)
    }

    func create(_ request: APIRequest) async throws -> APIReply {
        guard let body = request.json else { return .bodyMalformed }
        let done = try await store.edit([.create(RecordInput(body))], by: request.editor)
        return try await reply(to: done, created: true)
    }

    func update(_ request: APIRequest) async throws -> APIReply {
        guard let id = RecordID(request.path[1]) else { return .recordUnknown }
        guard let expected = request.expected() else { return .needsMatch(request.ifMatch) }
        guard let body = request.json else { return .bodyMalformed }
        let done = try await store.edit([.update(id, expecting: expected, RecordInput(body))], by: request.editor)
        return try await reply(to: done, created: false)
    }

    func delete(_ request: APIRequest) async throws -> APIReply {
        guard let id = RecordID(request.path[1]) else { return .recordUnknown }
        guard let expected = request.expected() else { return .needsMatch(request.ifMatch) }
        let done = try await store.edit([.delete(id, expecting: expected)], by: request.editor)
        return try await reply(to: done, created: false)
    }

    func next(_ request: APIRequest) async throws -> APIReply {
        let view = try await store.view()
        let team = request.query["team"].flatMap { $0.isEmpty ? nil : $0 }
        switch view.draft.nextFree(team: team, rules: store.rules) {
        case .number(let number): return APIReply(200, ["extension": .string(number)])
        case .noRange:
            return .problem(
                409, "extensions.no_range", title: "No number is free",
                detail: "There is no range of \(team == nil ? "anybody's" : "this team's") (extensions.numbers.ranges)."
            )
        case .allTaken:
            return .problem(
                409, "extensions.none_free", title: "No number is free",
                detail: "Every number of the ranges is taken, reserved or the beginning of another "
                    + "(extensions.numbers: min_digits, ranges).")
        case .searchedTooLong(let count):
            return .problem(
                409, "extensions.none_found", title: "No number was found",
                detail: "None of the first \(count) numbers of the ranges is free. Enter one behind them.")
        }
    }

    /// The answer to a request about one record.
    private func reply(to done: DirectoryStore.Committed, created: Bool) async throws -> APIReply {
        let view = try await store.view()
        switch done.plan.outcomes.first {
        case .success(let change)?:
            guard let after = change.after else { return .noContent.tagged("\"d\(done.revision)\"") }
            let reply = APIReply(created ? 201 : 200, view.json(after)).tagged(after.tag)
            return created ? reply.located("/v1/extensions/\(after.id.text)") : reply
        case .failure(let refused)?: return try await self.refused(refused.reason, view)
        case nil: return .bodyMalformed
        }
    }

    /// The answer to an edit that cannot be done; with what its author needs to go on.
    func refused(_ reason: EditRefusal, _ view: DirectoryView) async throws -> APIReply {
        let members = try await members(of: reason, view)
        return switch reason {
        case .invalid:
            .problem(
                422, reason.code, title: "The record is not valid", detail: "See errors for what is allowed.", members)
        case .numberTaken:
            .problem(
                409, reason.code, title: "The extension is taken", detail: "Another record has this extension.", members
            )
        case .workerTaken:
            .problem(
                409, reason.code, title: "The worker is taken",
                detail: "Another record reaches this worker, who may have one extension.", members)
        case .changedMeanwhile(let current, _, _):
            .problem(
                412, reason.code, title: "The record has changed",
                detail: current == nil
                    ? "Somebody has deleted this record meanwhile." : "Somebody has changed this record meanwhile.",
                members)
        case .notFound: .recordUnknown
        }
    }

    /// What is said of a refused edit beside its code.
    func members(of reason: EditRefusal, _ view: DirectoryView) async throws -> [(String, JSONValue)] {
        switch reason {
        case .invalid(let problems): return [("errors", .array(problems.map(\.json)))]
        case .numberTaken(let owner), .workerTaken(let owner): return [("owner", view.json(owner))]
        case .changedMeanwhile(let current, let yours, let revision):
            var members: [(String, JSONValue)] = [
                ("current", current.map(view.json) ?? .null), ("yours", yours.map { .object($0.json) } ?? .null),
            ]
            guard let current else { return members }
            let base = try await store.record(current.id, at: revision)
            members.append(("base", base.map { .object($0.json) } ?? .null))
            if let base, let yours {
                let merge = ThreeWayMerge(base: base.content, current: current.content, yours: yours)
                members.append(("merged", .object(merge.merged.json)))
                members.append(("conflicts", .array(merge.conflicts.map { .string($0) })))
            }
            return members
        case .notFound: return []
        }
    }
}

extension APIRequest {
    /// The body as JSON; nil when it is none.
    var json: JSONValue? { try? JSONValue(parsing: body) }
}

extension ExtensionRecord {
    var tag: String { "\"\(revision)\"" }
}

extension APIReply {
    static let recordUnknown = APIReply.problem(
        404, "extensions.not_found", title: "Not found", detail: "There is no such record, or it was deleted.")

    static let bodyMalformed = APIReply.problem(
        400, "extensions.body_malformed", title: "Malformed request", detail: "The body is no JSON.")

    static func needsMatch(_ sent: String?) -> APIReply {
        sent == nil
            ? .problem(
                428, "extensions.if_match_required", title: "A precondition is needed",
                detail: "Send If-Match with the ETag of what you have seen.")
            : .problem(
                412, "extensions.if_match", title: "The precondition does not hold",
                detail: "If-Match is not an ETag of ours.")
    }
}
