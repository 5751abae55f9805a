import Events

/// What a world has set itself to do later, in the order of time.
///
/// Two of the same moment come in the order they were set: a run is decided by its seed and its inputs alone.
struct TimerQueue: Sendable {
    typealias Job = @Sendable (inout World) -> Void

    /// Jobs at once; at the limit the newest is dropped and counted, since a world that sets a million timers is a bug.
    static let limit = 1_000_000

    private struct Entry: Sendable {
        let at: Timestamp
        let order: UInt64
        let job: Job
    }

    /// A binary heap, the earliest first.
    private var heap: [Entry] = []
    private var order: UInt64 = 0
    private(set) var dropped = 0

    var count: Int { heap.count }

    /// When the earliest job is due.
    var next: Timestamp? { heap.first?.at }

    mutating func add(at: Timestamp, _ job: @escaping Job) {
        guard heap.count < Self.limit else {
            dropped += 1
            return
        }
        order += 1
        heap.append(Entry(at: at, order: order, job: job))
        var child = heap.count - 1
        while child > 0, precedes(child, (child - 1) / 2) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// Takes the earliest job if it is due.
    mutating func popDue(_ now: Timestamp) -> Job? {
        guard let first = heap.first, first.at <= now else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && precedes(child, least) {
                least = child
            }
            guard least != parent else { return first.job }
            heap.swapAt(parent, least)
            parent = least
        }
    }

    private func precedes(_ left: Int, _ right: Int) -> Bool {
        (heap[left].at, heap[left].order) < (heap[right].at, heap[right].order)
    }
}
