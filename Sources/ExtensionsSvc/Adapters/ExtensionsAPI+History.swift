import Events

/// Who changed what: the index in a map, the changes in the journal.
extension ExtensionsAPI {
    /// Revisions of one page, and those looked at for one record's.
    static let historyLimit = 200
    static let historyScan = 2_000
    /// Bytes of one page, about: the bus carries it as one message.
    static let historyBytes = 2 << 20
    /// Changes that are listed of one revision.
    static let historyChanges = 100

    func history(_ request: APIRequest) async throws -> APIReply {
        guard let limit = Int(request.query["limit"] ?? "50"), (1...Self.historyLimit).contains(limit) else {
            return .badRequest("limit", "limit is 1 to \(Self.historyLimit).")
        }
        var id: RecordID?
        if let text = request.query["id"], !text.isEmpty {
            guard let read = RecordID(text) else { return .badRequest("id", "This is no record's id.") }
            id = read
        }
        let view = try await store.view()
        var newest = view.draft.revision
        if let text = request.query["cursor"], !text.isEmpty {
            guard let read = UInt64(text), read > 0 else { return .badRequest("cursor", "This is no cursor of ours.") }
            newest = min(newest, read - 1)
        }
        var items: [JSONValue] = []
        var next: UInt64?
        if newest > 0 {
            let scan = id == nil ? limit : Self.historyScan
            let logged = try await store.log(newest: newest, oldest: 1, limit: scan)
            var oldest: UInt64 = 0
            var bytes = 0
            for entry in logged {
                guard items.count < limit, bytes < Self.historyBytes else { break }
                oldest = entry.entry.revision
                if let id, !entry.entry.mayConcern(id) { continue }
                guard let item = try await item(entry, id) else { continue }
                items.append(item)
                bytes += item.bytes.count
            }
            let isMore = items.count == limit || bytes >= Self.historyBytes || logged.count == scan
            if isMore, oldest > 1 { next = oldest }
        }
        return APIReply(
            200,
            ["items": .array(items), "nextCursor": next.map { .string(String($0)) } ?? .null])
    }

    /// Nil when the journal does not keep it any more, or it is about others.
    private func item(_ logged: DirectoryStore.Logged, _ id: RecordID?) async throws -> JSONValue? {
        guard let stored = try await store.storedChanges(of: logged.entry, at: logged.offset), let first = stored.first
        else { return nil }
        var changes = stored.flatMap(\.change.changes)
        if let id { changes = changes.filter { $0.id == id } }
        guard !changes.isEmpty else { return nil }
        var object = JSONObject([
            ("offset", .number(JSONNumber(first.offset))), ("at", first.change.at.map { .string($0.rfc3339) } ?? .null),
            ("actor", first.change.editor.json), ("revision", .number(JSONNumber(logged.entry.revision))),
        ])
        object["batch"] = logged.entry.batch.map { .string($0) }
        object["count"] = .number(JSONNumber(changes.count))
        object["changes"] = .array(changes.prefix(Self.historyChanges).map(\.json))
        return .object(object)
    }
}
