import Events

/// A map of Sync: JSON objects by key, each with a revision.
struct SyncMap: Sendable {
    static let maxKeyLength = 320
    static let maxDataBytes = 16 << 10
    static let maxItems = 100_000

    struct Item: Sendable {
        let key: String
        var data: JSONValue
        var revision: Int
        let createdAt: Timestamp
        var updatedAt: Timestamp
        var expiresAt: Timestamp?

        /// As `If-Match` names it.
        var tag: String { String(revision, radix: 16) }
    }

    let sid: String
    var uniqueName: String?
    var items: [String: Item] = [:]
    var revision = 0
    let createdAt: Timestamp
    var updatedAt: Timestamp

    /// In the order of their keys.
    var sorted: [Item] { items.values.sorted { $0.key < $1.key } }
}
