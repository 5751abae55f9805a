/// Who sits where: found by number, or by whom events are for.
struct StreamSeats: Sendable {
    /// A seat belongs to its connection alone.
    private struct Unowned: Sendable { weak var seat: StreamSeat? }

    private var byNumber: [UInt64: Unowned] = [:]
    /// A person may read several times: tabs, devices.
    private var bySubject: [String: [UInt64]] = [:]

    var count: Int { byNumber.count }

    /// Everybody.
    ///
    /// Whoever asks under a lock lets go of the answer outside: the last one to let go of a seat takes it out.
    var all: [StreamSeat] { byNumber.values.compactMap(\.seat) }

    /// The seats of one person; see ``all``.
    func of(_ subject: String) -> [StreamSeat] {
        guard let numbers = bySubject[subject] else { return [] }
        return numbers.compactMap { byNumber[$0]?.seat }
    }

    func count(of subject: String) -> Int { bySubject[subject]?.count ?? 0 }

    mutating func add(_ seat: StreamSeat) {
        byNumber[seat.number] = Unowned(seat: seat)
        bySubject[seat.principal.subject, default: []].append(seat.number)
    }

    mutating func remove(_ number: UInt64, of subject: String) {
        byNumber[number] = nil
        bySubject[subject]?.removeAll { $0 == number }
        if bySubject[subject]?.isEmpty == true { bySubject[subject] = nil }
    }
}
