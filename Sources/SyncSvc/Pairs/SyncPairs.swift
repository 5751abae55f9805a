import Bus
import Events
import Wire

/// The records of all pairs: the map `sync-pairs`.
///
/// Records that this process wrote are kept in memory with their revision. One that is out of date by then costs a
/// refused write, never a wrong one: every write is conditional on the revision.
final class SyncPairs: Sendable {
    /// Records kept in memory, at most twice as many.
    static let cacheLimit = 4_096

    /// A record and the revision at which it was read or written; 0: there is none yet.
    struct Entry: Sendable {
        var record: PairRecord
        var revision: UInt64
    }

    /// How long a pair that is over is remembered, milliseconds: late events still find it.
    static let endedMemory: UInt64 = 14 * 86_400_000

    private let map: BusMap
    private let cache = BoundedCache<Entry>(limit: cacheLimit)

    init(_ map: BusMap) { self.map = map }

    /// The record of a pair; nil: there is none.
    ///
    /// With `fresh` it is read even if it is remembered.
    /// - Throws: ``BusError``, or ``PairRecordError``.
    func entry(_ pair: ConversationSID, fresh: Bool = false) async throws -> Entry? {
        if !fresh, let entry = cache[pair.text] { return entry }
        guard let stored = try await map.get(pair.text) else {
            cache[pair.text] = nil
            return nil
        }
        return Entry(record: try PairRecord(json: stored.value), revision: stored.revision)
    }

    /// The record as this process wrote it last; nil: it is not remembered.
    func remembered(_ pair: ConversationSID) -> Entry? { cache[pair.text] }

    /// A page of records in the order of their ids, for commands and healing; unreadable ones are left out.
    func list(after: String = "", limit: Int = 1_000) async throws(BusError) -> (records: [PairRecord], next: String?) {
        let page = try await map.list(after: after, limit: limit)
        let records = page.entries.compactMap { try? PairRecord(json: $0.value) }
        return (records, page.hasMore ? page.entries.last?.key : nil)
    }

    /// The write of a record, for a transaction; one that is over expires after ``endedMemory``.
    func write(_ record: PairRecord, expecting revision: UInt64) -> MapWrite {
        MapWrite(
            .put, map: map.name, key: record.id.text, value: record.json, expectedRevision: revision,
            ttl: record.state == .closed || record.state == .ignored ? Self.endedMemory : 0)
    }

    /// Keeps what was written.
    func remember(_ record: PairRecord, revision: UInt64) {
        cache[record.id.text] = Entry(record: record, revision: revision)
    }

    func forget(_ pair: ConversationSID) { cache[pair.text] = nil }
}
