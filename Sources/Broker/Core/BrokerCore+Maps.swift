import Wire

/// Maps.
extension BrokerCore {
    /// Bytes of one page of a listing, about.
    static var mapPageBytes: Int { 1 << 20 }

    mutating func mapGet(
        _ header: FrameHeader, _ body: UnsafeRawBufferPointer, from session: Session
    ) throws(WireError) {
        let request = try MapGetBody(body)
        let key = Array(request.key.utf8)
        let entry = maps.value(request.map, key, now: clock.expiryTime).map {
            MapEntry(key: request.key, value: $0.bytes, revision: $0.revision, expires: $0.expires)
        }
        var answerBody: [UInt8] = []
        MapEntriesBody.encode(entry.map { [$0] } ?? [], hasMore: false, into: &answerBody)
        answer(session, .mapValue, ref: header.ref, body: answerBody)
    }

    mutating func mapList(
        _ header: FrameHeader, _ body: UnsafeRawBufferPointer, from session: Session
    ) throws(WireError) {
        let request = try MapListBody(body)
        guard (1...1_000).contains(request.limit) else {
            fail(session, ref: header.ref, "read.range", "limit is \(request.limit), allowed are 1…1000.")
            return
        }
        let page = maps.list(request, maxBytes: BrokerCore.mapPageBytes, now: clock.expiryTime)
        var answerBody: [UInt8] = []
        MapEntriesBody.encode(page.entries, hasMore: page.hasMore, into: &answerBody)
        answer(session, .mapEntries, ref: header.ref, body: answerBody)
    }

    /// `code: sentence` for the first write that can never be done, or nil.
    func writeFault(_ writes: [MapWrite]) -> String? {
        var names: Set<MapStore.EntryName> = []
        for write in writes {
            let isNew = names.insert(.init(map: write.map, key: Array(write.key.utf8))).inserted
            if !isNew, write.expectedRevision != nil {
                return "map.key: Only the first write of an entry in a transaction may have a condition."
            }
            if !write.map.isMapName { return "map.name: A map's name is 1…64 letters, digits, '-' or '_'." }
            if !(1...512).contains(write.key.utf8.count) { return "map.key: A key is 1…512 bytes." }
            let replaced = maps.value(write.map, Array(write.key.utf8), now: 0)?.bytes.count ?? 0
            if write.operation == .put, maps.bytes - replaced + write.value.count > limits.maxMapBytes {
                return "map.full: All maps together hold max_map_bytes \(limits.maxMapBytes). Delete entries."
            }
            if write.value.count > MapStore.valueBytesLimit { return "map.value: A value is at most 1 MiB." }
        }
        return nil
    }

    /// Journals a checked write and applies it.
    /// - Returns: Its revision.
    mutating func append(_ write: MapWrite) -> UInt64 {
        let key = Array(write.key.utf8)
        let ttl = write.ttl.multipliedReportingOverflow(by: 1_000_000)
        let sum = clock.time.addingReportingOverflow(ttl.partialValue)
        let expires = write.ttl == 0 || ttl.overflow || sum.overflow ? 0 : sum.partialValue
        return append(map: write.map, key: key, value: write.operation == .put ? write.value : nil, expires: expires)
    }

    private mutating func append(map: String, key: [UInt8], value: [UInt8]?, expires: UInt64) -> UInt64 {
        let revision = appendEnd
        let topic = Array("map.\(map)".utf8)
        let number = topic.withUnsafeBytes { topics.number(of: $0) } ?? TopicTable.none
        let keyHash = key.withUnsafeBytes { KeyHash.key($0) }
        var payload: [UInt8] = []
        if let value {
            payload.put(u64: expires)
            payload.append(contentsOf: value)
        }
        builder.append(
            kind: value == nil ? .mapDelete : .mapPut, topic: topic, key: key, payload: payload, topicNumber: number,
            keyHash: keyHash)
        maps.apply(map, key, value.map { .init(bytes: $0, revision: revision, expires: expires) })
        return revision
    }

    /// Deletes entries whose time is over, unless the clock is in doubt.
    mutating func expireMapEntries() {
        guard !clock.isSuspended else { return }
        for name in maps.expired(at: clock.expiryTime, limit: 1_000) {
            _ = append(map: name.map, key: name.key, value: nil, expires: 0)
        }
    }
}
