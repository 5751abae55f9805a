import Synchronization

/// Places for the requests of one service that are being answered.
///
/// Each service has its own, so that one that hangs until its timeout holds no place of another.
final class ApiPlaces: Sendable {
    private let limit: (all: Int, slow: Int)
    private let all = Atomic<Int>(0)
    private let slow = Atomic<Int>(0)
    /// Slow requests of each person, from their head on.
    private let persons = Mutex<[String: Int]>([:])

    init(all: Int, slow: Int) {
        limit = (all, slow)
    }

    /// Takes a place.
    ///
    /// - Parameter isSlow: Whether the request also needs one of the few for imports and bulk edits.
    /// - Returns: Whether there was one; only then ``leave(isSlow:)`` is due.
    func enter(isSlow: Bool) -> Bool {
        let taken = all.add(1, ordering: .relaxed).newValue
        let takenSlow = isSlow ? slow.add(1, ordering: .relaxed).newValue : 0
        guard taken <= limit.all, takenSlow <= limit.slow else {
            leave(isSlow: isSlow)
            return false
        }
        return true
    }

    /// Begins a slow request of a person, before its body is read.
    ///
    /// - Parameters:
    ///   - person: Who asks.
    ///   - most: How many he may have.
    /// - Returns: Whether it is not one too many; only then ``end(of:)`` is due.
    func begin(of person: String, most: Int) -> Bool {
        persons.withLock { persons in
            guard persons[person, default: 0] < most else { return false }
            persons[person, default: 0] += 1
            return true
        }
    }

    func end(of person: String) {
        persons.withLock { persons in
            let rest = persons[person, default: 1] - 1
            persons[person] = rest > 0 ? rest : nil
        }
    }

    func leave(isSlow: Bool) {
        all.subtract(1, ordering: .relaxed)
        if isSlow { slow.subtract(1, ordering: .relaxed) }
    }
}
