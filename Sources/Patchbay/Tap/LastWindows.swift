/// Finds the last N matching events of a journal that can only be read forwards: looks at windows that double in size,
/// from the end backwards.
///
/// Offsets have gaps (a Broker jumps ahead after an unclean stop), so a window may be empty; doubling crosses the widest
/// gap in some thirty steps.
struct LastWindows: Sendable {
    /// Events with offsets in the window are read next.
    typealias Window = Range<UInt64>

    private let wanted: Int
    private let first: UInt64
    private var size: UInt64
    private var upper: UInt64
    private var found = 0

    /// - Parameters:
    ///   - wanted: How many events are to be found.
    ///   - first: The lowest offset that is kept.
    ///   - end: The offset behind the newest event.
    init(wanted: Int, first: UInt64, end: UInt64) {
        self.wanted = wanted
        self.first = first
        upper = max(first, end)
        size = UInt64(max(64, wanted))
    }

    /// The next window to read, or nil when enough was found or the beginning is reached.
    mutating func next() -> Window? {
        guard found < wanted, upper > first else { return nil }
        let lower = upper - first > size ? upper - size : first
        let window = lower..<upper
        upper = lower
        size = size.multipliedReportingOverflow(by: 2).overflow ? .max : size * 2
        return window
    }

    /// Counts what the window held.
    mutating func found(_ count: Int) {
        found += count
    }
}
