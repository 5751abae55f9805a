/// The journal's time: never runs backwards, and notices when the wall clock is set.
///
/// Append time is max(previous, wall). TTL, the dedup window and age retention go by it; after a step of the wall clock
/// of more than a minute they rest until an operator confirms the clock or it has run steadily for half an hour.
struct JournalClock {
    /// A difference between wall and monotonic time that counts as a step.
    static let stepLimit: UInt64 = 60_000_000_000
    /// How long the wall clock must run steadily after a step.
    static let steadyTime: UInt64 = 1_800_000_000_000

    /// The newest append time, nanoseconds since 1970.
    private(set) var time: UInt64
    /// What expiry goes by: ``time``, or where it was before the step that is in doubt.
    private(set) var expiryTime: UInt64
    private var anchor: (monotonic: UInt64, wall: UInt64)?
    private var suspendedSince: UInt64?

    init(last time: UInt64) {
        self.time = time
        expiryTime = time
    }

    /// The newest monotonic reading, nanoseconds.
    var monotonic: UInt64 { anchor?.monotonic ?? 0 }

    /// Whether expiry by time rests.
    var isSuspended: Bool { suspendedSince != nil }

    /// Takes the clocks' readings.
    /// - Returns: True when this reading is a step.
    @discardableResult
    mutating func observe(monotonic: UInt64, wall: UInt64) -> Bool {
        defer {
            time = max(time, wall)
            if suspendedSince == nil { expiryTime = time }
        }
        guard let anchor else {
            anchor = (monotonic, wall)
            // A journal from the future: the clock was set back while the Broker was down.
            if time > wall, time - wall > JournalClock.stepLimit { suspendedSince = monotonic }
            return suspendedSince != nil
        }
        let expected = anchor.wall &+ (monotonic - anchor.monotonic)
        let difference = expected > wall ? expected - wall : wall - expected
        self.anchor = (monotonic, wall)
        if difference > JournalClock.stepLimit {
            suspendedSince = monotonic
            return true
        }
        if let since = suspendedSince, monotonic - since > JournalClock.steadyTime { suspendedSince = nil }
        return false
    }

    /// An operator says that the clock is right.
    mutating func confirm() {
        suspendedSince = nil
        expiryTime = time
    }
}
