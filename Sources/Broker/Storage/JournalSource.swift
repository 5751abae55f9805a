import DequeModule
import Journal
import Logging
import Wire

/// Durable records: the newest from memory, older ones from the journal's files.
struct JournalSource: RecordSource {
    /// Bytes of one read from disk.
    static let sliceBytes = 1 << 20
    /// Slices read from disk that are kept, the least recently used goes first.
    static let sliceCount = 4

    private let journal: Journal
    private let topics: TopicTable
    private let tailLimit: Int
    private var tail: Deque<StoredBatch> = []
    private var tailBytes = 0
    private var slices: [[StoredBatch]] = []
    /// Why nothing can be read any more: the journal has failed as a whole.
    private(set) var failure: JournalError?
    /// Damage that reads met since it was taken last, each place once.
    private var damage: [JournalError] = []

    /// - Parameters:
    ///   - journal: The files.
    ///   - topics: Numbers the topics of what is read from disk.
    ///   - tailLimit: Bytes of the newest batches that stay in memory (`tail_cache_bytes`).
    init(_ journal: Journal, topics: TopicTable, tailLimit: Int) {
        self.journal = journal
        self.topics = topics
        self.tailLimit = tailLimit
    }

    mutating func append(_ batch: StoredBatch) {
        tail.append(batch)
        tailBytes += batch.bytes.count + 16 * batch.index.count
        while tailBytes > tailLimit, tail.count > 1 {
            let oldest = tail.removeFirst()
            tailBytes -= oldest.bytes.count + 16 * oldest.index.count
        }
    }

    mutating func batch(atOrAfter offset: UInt64) throws(RecordDamage) -> StoredBatch? {
        if let first = tail.first, offset >= first.base { return search(tail, offset) }
        for place in slices.indices {
            guard let first = slices[place].first, let last = slices[place].last, first.base <= offset,
                offset < last.end
            else { continue }
            if place > 0 { slices.swapAt(place, place - 1) }
            return search(slices[max(place - 1, 0)], offset)
        }
        return try fetch(offset)
    }

    private func search(_ batches: some RandomAccessCollection<StoredBatch>, _ offset: UInt64) -> StoredBatch? {
        var low = batches.startIndex
        var high = batches.endIndex
        while low < high {
            let middle = batches.index(low, offsetBy: batches.distance(from: low, to: high) / 2)
            if batches[middle].end <= offset { low = batches.index(after: middle) } else { high = middle }
        }
        return low < batches.endIndex ? batches[low] : nil
    }

    /// What reads met since the last call.
    mutating func takeDamage() -> [JournalError] {
        defer { damage = [] }
        return damage
    }

    private mutating func fetch(_ offset: UInt64) throws(RecordDamage) -> StoredBatch? {
        do throws(JournalError) {
            let from = max(offset, journal.firstOffset)
            guard from < journal.syncedEnd else { return nil }
            let slice = try journal.read(from: from, maxBytes: JournalSource.sliceBytes)
            var batches: [StoredBatch] = []
            slice.forEachBatch { header, records in
                batches.append(
                    StoredBatch(base: header.baseOffset, time: header.time, records: records, topics: topics))
            }
            if slices.count >= JournalSource.sliceCount { slices.removeLast() }
            slices.insert(batches, at: 0)
            return search(batches, offset)
        } catch {
            guard !journal.isFailed else {
                failure = error
                return nil
            }
            if !damage.contains(error) { damage.append(error) }
            throw RecordDamage(error, at: offset, in: journal)
        }
    }
}

extension RecordDamage {
    /// What reading at `offset` met.
    init(_ error: JournalError, at offset: UInt64, in journal: Journal) {
        self.init(reason: error.description, resume: journal.offset(behind: error, readingAt: offset))
    }
}
