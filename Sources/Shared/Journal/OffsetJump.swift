/// How far a start jumps so that no offset and no epoch is ever used twice.
///
/// Offsets stay below 2^53 for more than 9 million unclean starts, so that JSON readers can hold them.
enum OffsetJump {
    /// The first offset after an unclean stop.
    ///
    /// What was handed out but is not in the files can only have been in the last segment (the earlier ones were synced
    /// before it was begun), and a segment of at most 1 GiB + 64 MiB has fewer than 10^8 records of at least 12 bytes. A
    /// round number, so that people see that something happened there.
    static func afterCrash(_ end: UInt64) -> UInt64 {
        roundUp(end + 100_000_000, to: 1_000_000_000)
    }

    /// The first offset after a restore: how far the lost journal went on is not known.
    ///
    /// Microseconds since 1970 are beyond any journal that takes fewer than a million records a second on average, and
    /// beyond an earlier restore of the same snapshot. A wrong clock still leaves 10^13 offsets, 115 days at that rate.
    static func afterRestore(_ end: UInt64, wallTime: UInt64) -> UInt64 {
        max(roundUp(end + 10_000_000_000_000, to: 10_000_000_000_000), wallTime / 1_000)
    }

    /// The epoch after a restore, beyond every start of the lost journal: seconds since 1970, at least a million more.
    static func epochAfterRestore(_ epoch: UInt64, wallTime: UInt64) -> UInt64 {
        max(epoch + 1_000_000, wallTime / 1_000_000_000)
    }

    private static func roundUp(_ value: UInt64, to unit: UInt64) -> UInt64 { (value + unit - 1) / unit * unit }
}
