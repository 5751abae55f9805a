import Synchronization

/// Places for the requests of one service that are being answered.
///
/// Each service has its own, so that one that hangs until its timeout holds no place of another.
final class ApiPlaces: Sendable {
    private let limit: (all: Int, slow: Int)
    private let all = Atomic<Int>(0)
    private let slow = Atomic<Int>(0)

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

    func leave(isSlow: Bool) {
        all.subtract(1, ordering: .relaxed)
        if isSlow { slow.subtract(1, ordering: .relaxed) }
    }
}
