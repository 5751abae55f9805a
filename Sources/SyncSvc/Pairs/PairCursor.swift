/// How far one conversation of a pair is dealt with, by the provider's message index.
///
/// Every message up to ``index`` was copied to the other side or is our own copy of one there, or is gone. Own copies
/// that stand above messages not dealt with yet are kept in ``own`` until the cursor reaches them.
struct PairCursor: Hashable, Sendable {
    /// Own copies remembered above the cursor; those beyond it are found again by their tag when listed.
    static let ownLimit = 256

    /// -1: nothing yet.
    private(set) var index: Int
    /// Ascending, all greater than ``index`` + 1.
    private(set) var own: [Int]

    init(index: Int = -1, own: [Int] = []) {
        self.index = index
        self.own = own
        absorb()
    }

    /// Whether a message was dealt with.
    func covers(_ message: Int) -> Bool { message <= index || own.contains(message) }

    /// Notes an own copy, or the next message in order.
    mutating func account(_ message: Int) {
        guard message > index, !own.contains(message) else { return }
        let place = own.firstIndex { $0 > message } ?? own.endIndex
        own.insert(message, at: place)
        absorb()
        if own.count > Self.ownLimit { own.removeLast(own.count - Self.ownLimit) }
    }

    /// Moves past a message that was listed as the next one: what lies between is gone.
    mutating func advance(to message: Int) {
        guard message > index else { return }
        index = message
        own.removeAll { $0 <= message }
        absorb()
    }

    private mutating func absorb() {
        while let first = own.first, first <= index + 1 {
            index = max(index, first)
            own.removeFirst()
        }
    }
}
