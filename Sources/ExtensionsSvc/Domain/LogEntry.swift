import Events

/// Where in the journal a revision of the draft lies: the index of the history.
struct LogEntry: Hashable, Sendable {
    /// Records that an entry names; of more only the count.
    static let maxIDs = 20

    let revision: UInt64
    /// Says which process wrote it, when the answer to its transaction was lost.
    let token: String
    /// Events of this revision; they lie just before this entry in the journal.
    let parts: Int
    let count: Int
    /// Empty when there are more than ``maxIDs``.
    let ids: [RecordID]
    let batch: String?

    /// Newest first in the map's byte order.
    ///
    /// A revision that no draft reaches, as a client may claim one, sorts before all others.
    static func key(_ revision: UInt64) -> String {
        let last: UInt64 = 10_000_000_000_000_000
        let digits = String(last - min(last, revision))
        return String(repeating: "0", count: max(0, 17 - digits.utf8.count)) + digits
    }

    init(revision: UInt64, token: String, parts: Int, changes: [RecordChange], batch: String?) {
        self.revision = revision
        self.token = token
        self.parts = parts
        self.batch = batch
        count = changes.count
        ids = changes.count <= Self.maxIDs ? changes.compactMap(\.id) : []
    }

    init?(_ bytes: [UInt8]) {
        guard let json = try? JSONValue(parsing: bytes), let revision = json["revision"]?.integer,
            let token = json["token"]?.string, let parts = json["parts"]?.integer
        else { return nil }
        self.revision = UInt64(clamping: revision)
        self.token = token
        self.parts = Int(parts)
        count = Int(json["count"]?.integer ?? 0)
        ids = (json["ids"]?.array ?? []).compactMap { $0.string.flatMap { RecordID($0) } }
        batch = json["batch"]?.string
    }

    var bytes: [UInt8] {
        var object = JSONObject([
            ("revision", .number(JSONNumber(revision))), ("token", .string(token)),
            ("parts", .number(JSONNumber(parts))), ("count", .number(JSONNumber(count))),
        ])
        if !ids.isEmpty { object["ids"] = .array(ids.map { .string($0.text) }) }
        object["batch"] = batch.map { .string($0) }
        return JSONValue.object(object).bytes
    }

    /// Whether it may be about a record.
    func mayConcern(_ id: RecordID) -> Bool { ids.isEmpty || ids.contains(id) }
}
