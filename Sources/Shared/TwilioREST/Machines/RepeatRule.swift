/// What repeating a call would do (twilio.md §2).
enum RepeatRule: Hashable, Sendable {
    /// It changes nothing: repeated whenever that may help.
    case read
    /// Twice is as good as once: a deletion, an update to given values, a creation under a unique name (whose repeat is
    /// refused with 409).
    case idempotent
    /// Twice is wrong: repeated only when it was certainly not processed.
    case once
}
