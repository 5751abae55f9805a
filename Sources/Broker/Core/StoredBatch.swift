import Wire

/// One durable batch in memory with what the groups need to know of each record, so that nobody parses it twice.
///
/// Immutable, and shared by the tail cache, the groups and the tap.
final class StoredBatch: Sendable {
    /// What groups look at before they look at the bytes.
    struct Index: Sendable {
        /// Where the record starts in `bytes`.
        var position: UInt32
        /// See ``TopicTable``.
        var topic: UInt32
        /// ``KeyHash/key(_:)`` of the ordering key.
        var keyHash: UInt64
    }

    let base: UInt64
    /// Append time, nanoseconds since 1970.
    let time: UInt64
    /// The records, without the batch's header.
    let bytes: [UInt8]
    let index: [Index]

    init(base: UInt64, time: UInt64, bytes: [UInt8], index: [Index]) {
        self.base = base
        self.time = time
        self.bytes = bytes
        self.index = index
    }

    /// The offset after the last record.
    var end: UInt64 { base + UInt64(index.count) }

    /// Calls `body` with the record at `offset`, which must be in this batch.
    @inline(__always)
    func withRecord<Result>(at offset: UInt64, _ body: (RecordView) -> Result) -> Result {
        bytes.withUnsafeBytes { buffer in
            guard let record = RecordView(in: buffer, at: Int(index[Int(offset - base)].position)) else {
                preconditionFailure("record \(offset) was checked when its batch was made")
            }
            return body(record)
        }
    }
}

/// Where groups, reads and the dedup check find durable records.
protocol RecordSource {
    /// Takes a batch that is on disk now.
    mutating func append(_ batch: StoredBatch)

    /// The batch that holds `offset`, or the first one after it; nil at the end of what is on disk, or below the
    /// first offset that is kept.
    ///
    /// - Throws: ``RecordDamage`` when that batch is on disk but cannot be read.
    mutating func batch(atOrAfter offset: UInt64) throws(RecordDamage) -> StoredBatch?
}

extension RecordSource {
    /// The batch that holds the record at `offset`, which was on disk once.
    ///
    /// - Throws: ``RecordDamage`` when it cannot be read, or when the journal has no record there any more.
    mutating func batch(holding offset: UInt64) throws(RecordDamage) -> StoredBatch {
        guard let batch = try batch(atOrAfter: offset), batch.base <= offset, offset < batch.end else {
            throw RecordDamage(reason: "The journal has no record at offset \(offset) any more.", resume: offset + 1)
        }
        return batch
    }
}

extension StoredBatch {
    /// Indexes records read from disk.
    convenience init(base: UInt64, time: UInt64, records: UnsafeRawBufferPointer, topics: TopicTable) {
        var index: [Index] = []
        var reader = ByteReader(records)
        while reader.remaining > 0 {
            let position = reader.position
            guard let record = reader.record() else { break }
            let number = topics.number(of: record.topic) ?? TopicTable.none
            index.append(.init(position: UInt32(position), topic: number, keyHash: KeyHash.key(record.key)))
        }
        self.init(base: base, time: time, bytes: Array(records), index: index)
    }
}
