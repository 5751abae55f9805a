/// When zeros are written ahead again after a disk had no room for them: not with every batch.
///
/// What it costs to try is a write that fails and a truncation, on a disk that is in trouble already.
struct ReservePause {
    /// The longest pause, nanoseconds: a quota is not seen in the free space.
    static let longest: UInt64 = 5_000_000_000

    private var failed: (free: UInt64?, time: UInt64)?

    /// The zeros found no room.
    mutating func begin(free: UInt64?, now: UInt64) { failed = (free, now) }

    /// Decides whether zeros may be tried now; ends the pause when they may.
    ///
    /// - Parameters:
    ///   - bytes: How many zeros: what must have become free since.
    ///   - free: Asked for only during a pause.
    ///   - now: Monotonic nanoseconds.
    /// - Returns: Whether they may.
    mutating func allows(_ bytes: Int, free: () -> UInt64?, now: () -> UInt64) -> Bool {
        guard let failed else { return true }
        let isLonger = now() &- failed.time >= ReservePause.longest
        let hasGrown = failed.free.flatMap { before in free().map { $0 >= before + UInt64(bytes) } } ?? false
        guard isLonger || hasGrown else { return false }
        self.failed = nil
        return true
    }
}
