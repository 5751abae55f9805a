/// Counters of the core since the start, read by the metrics.
struct BrokerStatistics: Sendable {
    var published: UInt64 = 0
    var publishedBytes: UInt64 = 0
    var duplicates: UInt64 = 0
    var conflicts: UInt64 = 0
    var rejected: UInt64 = 0
    var refused: UInt64 = 0
    var settled: UInt64 = 0
    var deliverFrames: UInt64 = 0
    var deadLetters: UInt64 = 0
    var callCount: UInt64 = 0
    var failures: UInt64 = 0
    var malformed: UInt64 = 0
    var expiredSessions: UInt64 = 0
}
