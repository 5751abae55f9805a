/// The unit of time a key ends in.
enum DurationUnit: String, CaseIterable {
    case milliseconds, seconds, minutes, hours, days

    init?(key: String) {
        let unit = Self.allCases.first {
            key.hasSuffix("_\($0.rawValue)") || (key.hasSuffix("_ms") && $0 == .milliseconds)
        }
        guard let unit else { return nil }
        self = unit
    }

    private var millisecondCount: Int {
        switch self {
        case .milliseconds: 1
        case .seconds: 1_000
        case .minutes: 60_000
        case .hours: 3_600_000
        case .days: 86_400_000
        }
    }

    /// The length of `count` units, or nil when that is more than a 64-bit number of milliseconds.
    func duration(_ count: Int) -> Duration? {
        let (milliseconds, overflow) = count.multipliedReportingOverflow(by: millisecondCount)
        return overflow ? nil : .milliseconds(milliseconds)
    }

    /// Whole units in a length of time.
    func count(_ duration: Duration) -> Int {
        let (seconds, attoseconds) = duration.components
        return (Int(seconds) * 1_000 + Int(attoseconds / 1_000_000_000_000_000)) / millisecondCount
    }
}
