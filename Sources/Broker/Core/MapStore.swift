import HeapModule
import Wire

/// Small versioned key-value state, by map.
///
/// A revision is the offset of the record that wrote the entry. Expired entries read as absent; the owner deletes them
/// with records (``expired(at:)``), so that every replica of this state sees the same.
struct MapStore {
    /// Bytes of one value.
    static let valueBytesLimit = 1 << 20

    private struct Table {
        var entries: [[UInt8]: Value] = [:]
        /// The keys in byte order, for listing.
        var order: [[UInt8]] = []
    }

    struct Value: Equatable {
        var bytes: [UInt8]
        var revision: UInt64
        /// Nanoseconds since 1970, 0 never.
        var expires: UInt64
    }

    /// Names an entry.
    struct EntryName: Hashable {
        var map: String
        var key: [UInt8]
    }

    private struct Expiry: Comparable {
        var time: UInt64
        var name: EntryName
        var revision: UInt64
        static func < (left: Expiry, right: Expiry) -> Bool { left.time < right.time }
    }

    private var maps: [String: Table] = [:]
    private var expiries: Heap<Expiry> = []
    /// Bytes of all keys and values.
    private(set) var bytes = 0
    /// Entries that changed since the last snapshot.
    private(set) var dirty: Set<EntryName> = []

    /// Whether `write` would match, and the revision that decides.
    func check(_ write: MapWrite, now: UInt64) -> MapWriteResult {
        let current = value(write.map, Array(write.key.utf8), now: now)?.revision ?? 0
        return MapWriteResult(matches: write.expectedRevision.map { $0 == current } ?? true, revision: current)
    }

    /// The live entry, or nil.
    func value(_ map: String, _ key: [UInt8], now: UInt64) -> Value? {
        guard let value = maps[map]?.entries[key], value.expires == 0 || value.expires > now else { return nil }
        return value
    }

    /// Takes a put or, with nil, a delete that is in the journal.
    mutating func apply(_ map: String, _ key: [UInt8], _ value: Value?) {
        dirty.insert(EntryName(map: map, key: key))
        guard let value else {
            guard let old = maps[map]?.entries.removeValue(forKey: key) else { return }
            bytes -= key.count + old.bytes.count
            if let place = maps[map]?.order.place(of: key), place.isFound { maps[map]?.order.remove(at: place.index) }
            if maps[map]?.entries.isEmpty == true { maps[map] = nil }
            return
        }
        let old = maps[map, default: Table()].entries.updateValue(value, forKey: key)
        let isNew = old == nil
        bytes += value.bytes.count - (old.map(\.bytes.count) ?? -key.count)
        if isNew, let place = maps[map]?.order.place(of: key) { maps[map]?.order.insert(key, at: place.index) }
        if value.expires > 0 {
            expiries.insert(
                Expiry(time: value.expires, name: EntryName(map: map, key: key), revision: value.revision))
            // Entries that are written again and again leave their old times behind.
            if expiries.count > 1_024, expiries.count > 4 * count { sweepExpiries() }
        }
    }

    /// Entries of `map` that start with `prefix`, after `after`, in byte order; at most `limit` and about `maxBytes`.
    func list(_ request: MapListBody, maxBytes: Int, now: UInt64) -> (entries: [MapEntry], hasMore: Bool) {
        guard let table = maps[request.map] else { return ([], false) }
        let prefix = Array(request.prefix.utf8)
        let after = Array(request.after.utf8)
        var start = table.order.place(of: prefix).index
        if !after.isEmpty {
            let place = table.order.place(of: after)
            start = max(start, place.index + (place.isFound ? 1 : 0))
        }
        var page: [MapEntry] = []
        var bytes = 0
        for key in table.order[start...] {
            guard key.starts(with: prefix) else { break }
            guard let value = table.entries[key], value.expires == 0 || value.expires > now else { continue }
            guard page.count < Int(request.limit), bytes < maxBytes else { return (page, true) }
            bytes += key.count + value.bytes.count
            page.append(
                MapEntry(
                    key: String(decoding: key, as: UTF8.self), value: value.bytes, revision: value.revision,
                    expires: value.expires))
        }
        return (page, false)
    }

    /// Entries whose time is over, for deletion; at most `limit`.
    mutating func expired(at now: UInt64, limit: Int) -> [EntryName] {
        var names: [EntryName] = []
        while names.count < limit, let first = expiries.min, first.time <= now {
            expiries.removeMin()
            if maps[first.name.map]?.entries[first.name.key]?.revision == first.revision { names.append(first.name) }
        }
        return names
    }

    private mutating func sweepExpiries() {
        expiries = Heap(expiries.unordered.filter { maps[$0.name.map]?.entries[$0.name.key]?.revision == $0.revision })
    }

    /// The changes since the last call, for a snapshot: nil where the entry is gone.
    mutating func takeDirty() -> [(EntryName, Value?)] {
        defer { dirty = [] }
        return dirty.map { ($0, maps[$0.map]?.entries[$0.key]) }
    }

    /// After loading a snapshot nothing is dirty.
    mutating func markClean() { dirty = [] }

    /// How many entries there are in all maps.
    var count: Int { maps.values.reduce(0) { $0 + $1.entries.count } }
}

extension [[UInt8]] {
    /// Where `key` is, or would be, in this array sorted by bytes.
    fileprivate func place(of key: [UInt8]) -> (index: Int, isFound: Bool) {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle].lexicographicallyPrecedes(key) { low = middle + 1 } else { high = middle }
        }
        return (low, low < count && self[low] == key)
    }
}
