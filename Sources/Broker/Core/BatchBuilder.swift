import Wire

/// Collects the records of one turn of the loop: they will be one batch, one sync, all or nothing.
struct BatchBuilder {
    private(set) var bytes: [UInt8] = []
    private(set) var index: [StoredBatch.Index] = []

    var isEmpty: Bool { index.isEmpty }
    var count: Int { index.count }

    /// Appends `record` as it is.
    mutating func append(_ record: RecordView, topic: UInt32, keyHash: UInt64) {
        index.append(.init(position: UInt32(bytes.count), topic: topic, keyHash: keyHash))
        bytes.append(contentsOf: record.bytes)
    }

    /// Appends a record of the Broker's own.
    mutating func append(
        kind: RecordKind, topic: some Collection<UInt8>, key: some Collection<UInt8>, payload: some Collection<UInt8>,
        id: some Collection<UInt8> = EmptyCollection(), topicNumber: UInt32, keyHash: UInt64
    ) {
        index.append(.init(position: UInt32(bytes.count), topic: topicNumber, keyHash: keyHash))
        bytes.putRecord(kind: kind, topic: topic, key: key, id: id, payload: payload)
    }

    /// The batch, and an empty builder that keeps its memory.
    mutating func take(base: UInt64, time: UInt64) -> StoredBatch {
        defer {
            bytes = []
            bytes.reserveCapacity(min(65_536, bytes.count))
            index = []
        }
        return StoredBatch(base: base, time: time, bytes: bytes, index: index)
    }
}
