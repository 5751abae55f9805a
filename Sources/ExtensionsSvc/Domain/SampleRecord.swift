import Directory
import Events

/// A record in the shape of the sample's map and asset: `{extensionNumber, workerFullName, workerSid}`.
///
/// It knows workers only: queues and outside numbers cannot be said in it.
enum SampleRecord {
    static func json(_ entry: DirectoryEntry) -> JSONObject? {
        guard case .worker(let sid, let name) = entry.target else { return nil }
        return JSONObject([
            ("extensionNumber", .string(entry.number)), ("workerFullName", .string(name)),
            ("workerSid", .string(sid.text)),
        ])
    }

    /// The asset's content: all of them, by number.
    static func asset(_ entries: some Sequence<DirectoryEntry>) -> [UInt8] {
        JSONValue.array(
            entries.sorted { $0.number.bytesPrecede($1.number) }.compactMap { json($0).map { .object($0) } }
        ).bytes
    }
}

/// What makes a map of the provider's Sync say what the directory says.
struct SyncMapPlan: Hashable, Sendable {
    /// Items by their keys, which are workers' SIDs.
    private(set) var creations: [String: JSONObject] = [:]
    private(set) var updates: [String: JSONObject] = [:]
    private(set) var deletions: [String] = []
    /// Extensions that the map cannot hold: of queues and outside numbers, and a worker's second one.
    private(set) var skipped = 0

    /// Plans an export.
    ///
    /// - Parameters:
    ///   - entries: The directory.
    ///   - items: The map's items by key.
    ///   - isReplacing: Whether items of others go.
    init(_ entries: some Sequence<DirectoryEntry>, items: [String: JSONObject], isReplacing: Bool) {
        var wanted: Set<String> = []
        for entry in entries.sorted(by: { $0.number.bytesPrecede($1.number) }) {
            guard let json = SampleRecord.json(entry), let key = json["workerSid"]?.string, wanted.insert(key).inserted
            else {
                skipped += 1
                continue
            }
            guard let item = items[key] else {
                creations[key] = json
                continue
            }
            if !json.members.allSatisfy({ item[$0.name] == $0.value }) { updates[key] = json }
        }
        if isReplacing { deletions = items.keys.filter { !wanted.contains($0) }.sorted() }
    }

    var counts: JSONObject {
        JSONObject([
            ("created", .number(JSONNumber(creations.count))), ("updated", .number(JSONNumber(updates.count))),
            ("deleted", .number(JSONNumber(deletions.count))), ("skipped", .number(JSONNumber(skipped))),
        ])
    }
}
