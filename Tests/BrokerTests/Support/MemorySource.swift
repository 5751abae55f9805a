import Wire

@testable import Broker

/// Durable records in memory.
struct MemorySource: RecordSource {
    private(set) var batches: [StoredBatch] = []
    /// Offsets that cannot be read.
    var damaged: Range<UInt64> = 0..<0
    /// How often something damaged was read.
    private(set) var damagedReads = 0

    mutating func append(_ batch: StoredBatch) { batches.append(batch) }

    mutating func batch(atOrAfter offset: UInt64) throws(RecordDamage) -> StoredBatch? {
        var low = 0
        var high = batches.count
        while low < high {
            let middle = (low + high) / 2
            if batches[middle].end <= offset { low = middle + 1 } else { high = middle }
        }
        guard low < batches.count else { return nil }
        guard !damaged.overlaps(batches[low].base..<batches[low].end) else {
            damagedReads += 1
            throw RecordDamage(reason: "The disk has rotted.", resume: damaged.upperBound)
        }
        return batches[low]
    }

    /// A batch that is gone without a trace.
    mutating func lose(_ offset: UInt64) { batches.removeAll { $0.base <= offset && offset < $0.end } }

    /// Retention: batches that end at or below `offset` are gone.
    mutating func trim(before offset: UInt64) { batches.removeAll { $0.end <= offset } }
}

extension StoredBatch {
    /// Calls `body` with each record and its offset.
    func forEach(_ body: (_ offset: UInt64, _ record: RecordView) -> Void) {
        for place in index.indices {
            let offset = base + UInt64(place)
            withRecord(at: offset) { body(offset, $0) }
        }
    }

    /// The same batch as a start reads it: indexed anew.
    func reread(_ topics: TopicTable) -> StoredBatch {
        bytes.withUnsafeBytes { StoredBatch(base: base, time: time, records: $0, topics: topics) }
    }
}
