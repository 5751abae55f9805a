import Bus
import Events
import Wire

/// Maps behind the Broker, as far as connectors and activities need them.
protocol StateStore: Sendable {
    func get(_ map: String, _ key: String) async throws(BusError) -> MapEntry?
    func list(_ map: String, prefix: String, after: String, limit: Int) async throws(BusError) -> BusMap.Page
    /// Writes and publishes, all or nothing.
    func commit(_ writes: [MapWrite], _ publishes: [OutgoingEvent]) async throws(BusError)
}

/// The Broker's maps.
struct BusStateStore: StateStore {
    let bus: BusConnection

    func get(_ map: String, _ key: String) async throws(BusError) -> MapEntry? { try await bus.map(map).get(key) }

    func list(_ map: String, prefix: String, after: String, limit: Int) async throws(BusError) -> BusMap.Page {
        try await bus.map(map).list(prefix: prefix, after: after, limit: limit)
    }

    func commit(_ writes: [MapWrite], _ publishes: [OutgoingEvent]) async throws(BusError) {
        _ = try await bus.transact(publishes: publishes, writes: writes)
    }
}

extension StateStore {
    /// Entries under a prefix, page by page, at most about `limit`.
    func all(_ map: String, prefix: String, limit: Int) async throws(BusError) -> [MapEntry] {
        var entries: [MapEntry] = []
        while entries.count < limit {
            let page = try await list(map, prefix: prefix, after: entries.last?.key ?? "", limit: 1_000)
            entries += page.entries
            if !page.hasMore { break }
        }
        return entries
    }
}
