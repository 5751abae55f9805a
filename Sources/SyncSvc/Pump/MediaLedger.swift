/// Decides who may hold a file in memory: never more than a number of bytes together, in the order of asking.
///
/// Pure; ``MediaBudget`` carries out. A file that is larger than everything allowed is let in alone.
struct MediaLedger {
    enum Answer: Hashable {
        case go
        /// Until ``end(_:)`` names the number.
        case wait(number: UInt64)
        /// As many wait as may.
        case full
    }

    private struct Waiter {
        let number: UInt64
        let bytes: Int
    }

    private(set) var held = 0
    private var waiters: [Waiter] = []
    private var next: UInt64 = 0
    private let limit: Int
    private let maxWaiting: Int

    init(bytes: Int, maxWaiting: Int) {
        limit = bytes
        self.maxWaiting = maxWaiting
    }

    var waiting: Int { waiters.count }

    /// What is held for a file of this size.
    func share(of bytes: Int) -> Int { max(1, min(bytes, limit)) }

    mutating func ask(_ bytes: Int) -> Answer {
        let share = share(of: bytes)
        if waiters.isEmpty, held + share <= limit {
            held += share
            return .go
        }
        guard waiters.count < maxWaiting else { return .full }
        next += 1
        waiters.append(Waiter(number: next, bytes: share))
        return .wait(number: next)
    }

    /// A file was put away; the numbers of those who may go now.
    mutating func end(_ bytes: Int) -> [UInt64] {
        held -= share(of: bytes)
        return admit()
    }

    /// One who waits gives up; the numbers of those who may go now; nil: he may go already.
    mutating func leave(_ number: UInt64) -> [UInt64]? {
        guard let place = waiters.firstIndex(where: { $0.number == number }) else { return nil }
        waiters.remove(at: place)
        return admit()
    }

    private mutating func admit() -> [UInt64] {
        var admitted: [UInt64] = []
        while let first = waiters.first, held + first.bytes <= limit {
            held += first.bytes
            admitted.append(first.number)
            waiters.removeFirst()
        }
        return admitted
    }
}
