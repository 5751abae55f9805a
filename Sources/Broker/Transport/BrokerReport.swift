import Hosting

/// Figures of the loop, copied out for the metrics of the admin socket.
struct BrokerReport: Sendable {
    var statistics: BrokerStatistics
    var sessions: Int
    var end: UInt64
    var firstOffset: UInt64
    var journalBytes: UInt64
    var dedupIDs: Int
    var dedupReach: UInt64
    var mapEntries: Int
    var pendingCalls: Int
    var syncs: UInt64
    var syncNanoseconds: UInt64
    var tapSent: UInt64
    var tapSubscriptions: Int
    var isRefusing: Bool
    var verification: JournalVerifier.Report
    var damagedSegments: Int
    var groups: [Group]

    struct Group: Sendable {
        var name: String
        var lag: UInt64
        var ackPending: Int
        var parked: Int
        var deadLetters: Int
        var members: Int
        var skipped: UInt64
    }

    init(
        core: BrokerCore<some RecordSource>, syncs: UInt64, syncNanoseconds: UInt64, tapSent: UInt64,
        tapSubscriptions: Int, verification: JournalVerifier.Report, damagedSegments: Int,
        recordCount: (UInt64) -> UInt64
    ) {
        self.verification = verification
        self.damagedSegments = damagedSegments
        statistics = core.statistics
        sessions = core.sessions.count
        end = core.durableEnd
        firstOffset = core.firstOffset
        journalBytes = core.journalBytes
        dedupIDs = core.dedup.count
        dedupReach = core.dedup.reach ?? core.durableEnd
        mapEntries = core.maps.count
        pendingCalls = core.calls.pendingCount
        self.syncs = syncs
        self.syncNanoseconds = syncNanoseconds
        self.tapSent = tapSent
        self.tapSubscriptions = tapSubscriptions
        isRefusing = core.publishStop != nil
        groups = core.groups.values.map { group in
            Group(
                name: group.name, lag: group.lag(unread: recordCount(group.next)),
                ackPending: group.ackPending, parked: group.parked, deadLetters: group.deadLetters.count,
                members: group.members.count, skipped: group.skippedAtFloor)
        }
    }

    /// Puts the figures into a scrape.
    func write(to readings: inout MetricReadings) {
        let counters: [(String, String, UInt64)] = [
            ("broker.published", "Events stored", statistics.published),
            ("broker.duplicates", "Publishes of events that were stored before", statistics.duplicates),
            ("broker.conflicts", "Publishes whose id was taken by other content", statistics.conflicts),
            ("broker.rejected", "Events at fault", statistics.rejected),
            ("broker.refused", "Publishes refused for now", statistics.refused),
            ("broker.settled", "Deliveries settled for good", statistics.settled),
            ("broker.dead_letters", "Deliveries given up", statistics.deadLetters),
            ("broker.calls", "Calls taken", statistics.callCount),
            ("broker.malformed", "Messages that are none of this protocol", statistics.malformed),
            ("broker.sessions.expired", "Sessions ended for silence", statistics.expiredSessions),
            ("broker.journal.syncs", "Syncs of the journal", syncs),
            ("broker.tap.messages", "Messages shown to taps", tapSent),
            (
                "broker.journal.verify.passes", "Verifications of all sealed segments that came to an end",
                verification.passes
            ),
        ]
        for (name, help, value) in counters {
            readings.counter(name, help: help, unit: .none, labels: [:], Double(value))
        }
        readings.counter(
            "broker.published.size", help: "Bytes of events stored", unit: .bytes, labels: [:],
            Double(statistics.publishedBytes))
        readings.counter(
            "broker.journal.sync.time", help: "Time spent in syncs", unit: .seconds, labels: [:],
            Double(syncNanoseconds) / 1e9)
        writeGauges(to: &readings)
        for group in groups { write(group, to: &readings) }
    }

    private func writeGauges(to readings: inout MetricReadings) {
        let gauges: [(String, String, Double)] = [
            ("broker.sessions", "Open sessions", Double(sessions)),
            ("broker.journal.end", "Offset after the last record on disk", Double(end)),
            ("broker.journal.first", "Offset of the oldest record kept", Double(firstOffset)),
            ("broker.dedup.ids", "Ids remembered for recognising duplicates", Double(dedupIDs)),
            ("broker.dedup.reach", "Offset from which duplicates are recognised", Double(dedupReach)),
            ("broker.map.entries", "Entries of all maps", Double(mapEntries)),
            ("broker.calls.pending", "Calls without an answer", Double(pendingCalls)),
            ("broker.tap.subscriptions", "Topic prefixes that are watched", Double(tapSubscriptions)),
            ("broker.refusing", "1 while publishes are refused", isRefusing ? 1 : 0),
            ("broker.journal.damaged", "Segments that are known to be damaged", Double(damagedSegments)),
        ]
        for (name, help, value) in gauges { readings.gauge(name, help: help, unit: .none, labels: [:], value) }
        readings.counter(
            "broker.journal.verified", help: "Bytes of sealed segments read again and found intact", unit: .bytes,
            labels: [:], Double(verification.verifiedBytes))
        readings.gauge(
            "broker.journal.size", help: "Bytes of the journal", unit: .bytes, labels: [:], Double(journalBytes))
    }

    private func write(_ group: Group, to readings: inout MetricReadings) {
        let labels = ["group": group.name]
        let gauges: [(String, String, Double)] = [
            ("broker.group.lag", "Events without an outcome, and all records that are not read yet", Double(group.lag)),
            ("broker.group.ack_pending", "Deliveries without outcome", Double(group.ackPending)),
            ("broker.group.parked", "Events held back behind a busy key", Double(group.parked)),
            ("broker.group.dead_letters", "Dead letters kept", Double(group.deadLetters)),
            ("broker.group.members", "Members", Double(group.members)),
        ]
        for (name, help, value) in gauges { readings.gauge(name, help: help, unit: .none, labels: labels, value) }
        readings.counter(
            "broker.group.skipped", help: "Events lost to a full disk", unit: .none, labels: labels,
            Double(group.skipped))
    }
}
