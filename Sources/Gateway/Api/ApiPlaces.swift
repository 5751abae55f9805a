import Synchronization

/// Places for the requests of one service that are being answered.
///
/// Each service has its own, so that one that hangs until its timeout holds no place of another; and nobody has more than
/// his share of them, so that one who asks without end leaves places for the others.
final class ApiPlaces: Sendable {
    /// Everybody has so many, even where a quarter of all is less.
    static let minOfOne = 16

    private struct State {
        var all = 0
        var slow = 0
        var bySubject: [String: Int] = [:]
    }

    private let limit: (all: Int, slow: Int, ofOne: Int)
    private let state = Mutex(State())
    /// Slow requests of each person, from their head on.
    private let persons = Mutex<[String: Int]>([:])

    init(all: Int, slow: Int) {
        limit = (all, slow, max(Self.minOfOne, all / 4))
    }

    /// Takes a place.
    ///
    /// - Parameters:
    ///   - isSlow: Whether the request also needs one of the few for imports and bulk edits.
    ///   - subject: Who asks; nil where it is one system, such as the provider.
    /// - Returns: Whether there was one; only then ``leave(isSlow:of:)`` is due.
    func enter(isSlow: Bool, of subject: String? = nil) -> Bool {
        state.withLock { state in
            let own = subject.flatMap { state.bySubject[$0] } ?? 0
            guard state.all < limit.all, !isSlow || state.slow < limit.slow, own < limit.ofOne else { return false }
            state.all += 1
            if isSlow { state.slow += 1 }
            if let subject { state.bySubject[subject] = own + 1 }
            return true
        }
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

    func leave(isSlow: Bool, of subject: String? = nil) {
        state.withLock { state in
            state.all -= 1
            if isSlow { state.slow -= 1 }
            guard let subject else { return }
            let own = (state.bySubject[subject] ?? 1) - 1
            state.bySubject[subject] = own > 0 ? own : nil
        }
    }
}
