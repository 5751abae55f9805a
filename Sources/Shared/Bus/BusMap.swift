public import Wire

/// One map: small versioned key-value state behind the Broker.
///
/// A revision is the offset of the record that wrote the entry.
public struct BusMap: Sendable {
    /// Letters, digits, `-` and `_`; at most 64 bytes.
    public let name: String
    let core: BusCore

    /// A page of entries.
    public struct Page: Equatable, Sendable {
        /// In byte order of their keys.
        public var entries: [MapEntry]
        /// Whether there are more after the last one.
        public var hasMore: Bool

        public init(entries: [MapEntry], hasMore: Bool) {
            self.entries = entries
            self.hasMore = hasMore
        }
    }

    /// Reads one entry; nil when there is none or it expired.
    /// - Throws: ``BusError/rejected(_:)`` for a bad name or key; ``BusError/timedOut``.
    public func get(_ key: String) async throws(BusError) -> MapEntry? {
        try check(key)
        let answer = try await core.request(.mapGet, policy: .resend) { frame in
            MapGetBody(map: name, key: key).encode(into: &frame)
        }
        return try decodeAnswer(answer, .mapValue) { (bytes) throws(WireError) in
            try MapEntriesBody.decode(bytes).entries.first
        }
    }

    /// Writes one entry.
    /// - Parameters:
    ///   - key: 1…512 bytes.
    ///   - value: At most 1 MiB.
    ///   - revision: Write only if the entry is at it (0: only if there is none); nil: whatever is there.
    ///   - ttl: Until it expires; nil: never.
    /// - Returns: The new revision.
    /// - Throws: ``BusError/revisionMismatch(current:)``; ``BusError/outcomeUnknown`` when the answer was lost: read it.
    @discardableResult
    public func put(
        _ key: String, _ value: [UInt8], expecting revision: UInt64? = nil, ttl: Duration? = nil
    ) async throws(BusError) -> UInt64 {
        let milliseconds = ttl.map { max(1, ($0.nanoseconds + 999_999) / 1_000_000) } ?? 0
        return try await write(
            MapWrite(.put, map: name, key: key, value: value, expectedRevision: revision, ttl: milliseconds))
    }

    /// Deletes one entry.
    /// - Returns: The revision of the deletion.
    /// - Throws: As ``put(_:_:expecting:ttl:)``.
    @discardableResult
    public func delete(_ key: String, expecting revision: UInt64? = nil) async throws(BusError) -> UInt64 {
        try await write(MapWrite(.delete, map: name, key: key, expectedRevision: revision))
    }

    /// Reads entries whose key starts with `prefix` and comes after `after`, at most `limit` (1…1,000) and about 1 MiB.
    /// - Throws: ``BusError/rejected(_:)`` for a bad name; ``BusError/timedOut``.
    public func list(prefix: String = "", after: String = "", limit: Int = 1_000) async throws(BusError) -> Page {
        if !prefix.isEmpty { try check(prefix) }
        if !after.isEmpty { try check(after) }
        let body = MapListBody(map: name, prefix: prefix, after: after, limit: UInt16(max(1, min(limit, 1_000))))
        let answer = try await core.request(.mapList, policy: .resend) { body.encode(into: &$0) }
        return try decodeAnswer(answer, .mapEntries) { (bytes) throws(WireError) in
            let page = try MapEntriesBody.decode(bytes)
            return Page(entries: page.entries, hasMore: page.hasMore)
        }
    }

    private func write(_ write: MapWrite) async throws(BusError) -> UInt64 {
        let transaction = try await core.settle(subscription: 0, [], [], [write], policy: .once)
        guard let revision = transaction.revisions.first else { throw .wire(.malformed(what: "settle result")) }
        return revision
    }

    private func check(_ key: String) throws(BusError) {
        guard name.utf8.count <= 64, !name.isEmpty else {
            throw .atFault("map.name", "The map's name has \(name.utf8.count) bytes, allowed are 1…64.")
        }
        guard key.utf8.count <= BusLimits.keyBytes, !key.isEmpty else {
            throw .atFault("map.key", "The key has \(key.utf8.count) bytes, allowed are 1…\(BusLimits.keyBytes).")
        }
    }
}
