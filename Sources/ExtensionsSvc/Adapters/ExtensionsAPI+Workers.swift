import Events

/// Workers, for whoever looks for one by name.
extension ExtensionsAPI {
    /// Workers of one answer.
    static let maxWorkers = 50

    func listWorkers(_ request: APIRequest) async throws -> APIReply {
        guard let limit = Int(request.query["limit"] ?? "20"), (1...Self.maxWorkers).contains(limit) else {
            return .badRequest("limit", "limit is 1 to \(Self.maxWorkers).")
        }
        let view = try await store.view()
        let query = (request.query["q"] ?? "").cut(toBytes: 256)
        let items = view.workers.search(query, limit: limit).map { worker -> JSONValue in
            let number = view.draft.records(worker: worker.sid).first?.number
            return [
                "sid": .string(worker.sid.text), "name": .string(worker.name), "activity": .string(worker.activity),
                "available": .bool(worker.isAvailable), "extension": number.map { .string($0) } ?? .null,
            ]
        }
        return APIReply(
            200,
            [
                "items": .array(items), "total": .number(JSONNumber(view.workers.count)),
                "known": .bool(view.workers.isKnown),
            ])
    }
}
