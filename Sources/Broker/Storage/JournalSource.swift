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
    /// What the last failed read said.
    private(set) var failure: JournalError?

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

    mutating func batch(atOrAfter offset: UInt64) -> StoredBatch? {
        if let first = tail.first, offset >= first.base { return search(tail, offset) }
        for place in slices.indices {
            guard let first = slices[place].first, let last = slices[place].last, first.base <= offset,
                offset < last.end
            else { continue }
            if place > 0 { slices.swapAt(place, place - 1) }
            return search(slices[max(place - 1, 0)], offset)
        }
        return fetch(offset)
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

    private mutating func fetch(_ offset: UInt64) -> StoredBatch? {
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
            failure = error
            return nil
        }
    }
}
