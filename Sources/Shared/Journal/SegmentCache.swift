/// A sealed segment ready to be read.
final class OpenSegment {
    let file: File
    let summary: SegmentSummary
    let index: [IndexEntry]

    init(file: File, summary: SegmentSummary, index: [IndexEntry]) {
        self.file = file
        self.summary = summary
        self.index = index
    }
}

/// The few sealed segments that were read last: bounds open files and indexes in memory.
struct SegmentCache {
    private static let capacity = 8
    private var recent: [OpenSegment] = []

    /// The open segment, which becomes the most recent one.
    mutating func segment(_ base: UInt64) -> OpenSegment? {
        guard let at = recent.lastIndex(where: { $0.summary.base == base }) else { return nil }
        let found = recent.remove(at: at)
        recent.append(found)
        return found
    }

    mutating func insert(_ segment: OpenSegment) {
        if recent.count == SegmentCache.capacity { recent.removeFirst() }
        recent.append(segment)
    }

    mutating func remove(_ base: UInt64) { recent.removeAll { $0.summary.base == base } }

    mutating func removeAll() { recent = [] }
}

/// Where readers that go on from their last slice will read next, so that they need no search.
struct ReadHints {
    private static let capacity = 16
    private var places: [(offset: UInt64, base: UInt64, position: Int)] = []
    private var oldest = 0

    func position(of offset: UInt64, in base: UInt64) -> Int? {
        places.first { $0.offset == offset && $0.base == base }?.position
    }

    /// Remembers where `offset` starts; `previous` is the place it was reached from.
    mutating func note(_ offset: UInt64, in base: UInt64, at position: Int, after previous: UInt64) {
        if let at = places.firstIndex(where: { $0.offset == previous }) {
            places[at] = (offset, base, position)
        } else if places.count < ReadHints.capacity {
            places.append((offset, base, position))
        } else {
            places[oldest] = (offset, base, position)
            oldest = (oldest + 1) % ReadHints.capacity
        }
    }
}
