import Events

/// Many records at once, and what a publish would change.
extension ExtensionsAPI {
    /// Records that a difference lists of each kind.
    static let maxDifferences = 5_000
    /// Bytes of them, about: the bus carries them as one message.
    static let differencesBytes = 4 << 20

    func bulk(_ request: APIRequest) async throws -> APIReply {
        guard let changes = request.json?["changes"]?.array else { return .bodyMalformed }
        guard (1...Self.maxBulk).contains(changes.count) else {
            return .badRequest("changes", "1 to \(Self.maxBulk) changes are taken at once; more are an import.")
        }
        var edits: [Edit] = []
        for (index, change) in changes.enumerated() {
            guard let edit = Self.edit(change) else {
                return .badRequest(
                    "changes",
                    "Change \(index) is none: create has record; update has id, revision and record; delete has id and revision."
                )
            }
            edits.append(edit)
        }
        let done = try await store.edit(edits, by: request.editor)
        let view = try await store.view()
        guard done.plan.isRefused else {
            let items = done.plan.outcomes.map { outcome -> JSONValue in
                guard case .success(let change) = outcome, let after = change.after else { return .null }
                return view.json(after)
            }
            return APIReply(200, ["revision": .number(JSONNumber(done.revision)), "items": .array(items)])
                .tagged("\"d\(done.revision)\"")
        }
        return try await refusedBulk(done.plan, view)
    }

    private static func edit(_ json: JSONValue) -> Edit? {
        let id = json["id"]?.string.flatMap { RecordID($0) }
        let revision = json["revision"]?.integer.map { UInt64(clamping: $0) }
        switch json["op"]?.string {
        case "create": return json["record"].map { .create(RecordInput($0)) }
        case "update":
            guard let id, let revision, let record = json["record"] else { return nil }
            return .update(id, expecting: revision, RecordInput(record))
        case "delete":
            guard let id, let revision else { return nil }
            return .delete(id, expecting: revision)
        default: return nil
        }
    }

    /// Says of each refused change why; the worst reason is the status: invalid, then changed, then taken.
    private func refusedBulk(_ plan: EditPlan, _ view: DirectoryView) async throws -> APIReply {
        var errors: [JSONValue] = []
        var status = 409
        for (index, outcome) in plan.outcomes.enumerated() {
            guard case .failure(let refused) = outcome else { continue }
            let own = refused.reason.status
            status = status == 422 || own == 422 ? 422 : status == 412 || own == 412 ? 412 : 409
            var object = JSONObject([
                ("index", .number(JSONNumber(index))), ("status", .number(JSONNumber(own))),
                ("code", .string(refused.reason.code)),
            ])
            for (name, value) in try await members(of: refused.reason, view) { object[name] = value }
            errors.append(.object(object))
        }
        return .problem(
            status, "extensions.bulk_refused", title: "Nothing was changed",
            detail: "\(errors.count) of \(plan.outcomes.count) changes are refused, and they are all or nothing.",
            [("errors", .array(errors))])
    }

    func diff() async throws -> APIReply {
        let view = try await store.view()
        var lists: [PublishedComparison.Difference: [JSONValue]] = [:]
        var counts: [PublishedComparison.Difference: Int] = [:]
        var bytes = 0
        for (number, difference) in view.comparison.differences.sorted(by: { $0.key.bytesPrecede($1.key) }) {
            counts[difference, default: 0] += 1
            guard counts[difference, default: 0] <= Self.maxDifferences, bytes < Self.differencesBytes else { continue }
            let before = view.comparison.entries[number].map {
                JSONValue.object(ExtensionRecord.Content($0, team: nil).json)
            }
            let after = view.draft.record(number: number).map(view.json)
            let item: JSONValue =
                difference == .changed
                ? ["before": before ?? .null, "after": after ?? .null] : after ?? before ?? .null
            lists[difference, default: []].append(item)
            bytes += item.bytes.count
        }
        func count(_ kind: PublishedComparison.Difference) -> JSONValue { .number(JSONNumber(counts[kind] ?? 0)) }
        let tally: JSONValue = ["added": count(.added), "removed": count(.removed), "changed": count(.changed)]
        var object = JSONObject([
            ("added", .array(lists[.added] ?? [])), ("removed", .array(lists[.removed] ?? [])),
            ("changed", .array(lists[.changed] ?? [])), ("counts", tally),
        ])
        for (name, value) in view.summary { object[name] = value }
        return APIReply(200, .object(object)).tagged(view.draftTag)
    }
}

extension EditRefusal {
    /// Of the answer to one edit.
    fileprivate var status: Int {
        switch self {
        case .invalid: 422
        case .numberTaken, .workerTaken: 409
        case .changedMeanwhile, .notFound: 412
        }
    }
}
