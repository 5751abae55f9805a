import Bus
import DequeModule

/// The last events of the stream, so that a reader who was away for a moment costs the journal nothing.
///
/// Bounded by events and by bytes; what it no longer has is read from the journal.
struct StreamBacklog: Sendable {
    static let maxEvents = 4_096
    static let maxBytes = 4_194_304

    struct Entry: Sendable {
        let record: StoredRecord
        let audience: StreamTopics.Audience
    }

    private var entries: Deque<Entry> = []
    private var bytes = 0
    /// Everything behind this offset that the stream carries is here; nil before the journal was reached.
    private(set) var floor: UInt64?

    /// Forgets everything: what comes next lies behind this offset.
    mutating func begin(at offset: UInt64) {
        entries.removeAll()
        bytes = 0
        floor = offset
    }

    mutating func append(_ entry: Entry) {
        entries.append(entry)
        bytes += Self.size(entry)
        while entries.count > Self.maxEvents || bytes > Self.maxBytes, let first = entries.popFirst() {
            bytes -= Self.size(first)
            floor = first.record.offset
        }
    }

    /// What a reader has missed.
    ///
    /// - Parameters:
    ///   - last: The last event he knows.
    ///   - subject: Who he is.
    /// - Returns: His events in order; nil when not everything since is here.
    func events(behind last: UInt64, for subject: String) -> [StoredRecord]? {
        guard let floor, last >= floor else { return nil }
        let own = StreamTopics.Audience.subject(subject)
        return entries[firstIndex(behind: last)...].lazy
            .filter { $0.audience == own || $0.audience == .everyone }.map(\.record)
    }

    private func firstIndex(behind offset: UInt64) -> Int {
        var low = entries.startIndex
        var high = entries.endIndex
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].record.offset > offset { high = middle } else { low = middle + 1 }
        }
        return low
    }

    private static func size(_ entry: Entry) -> Int { entry.record.byteCount }
}
