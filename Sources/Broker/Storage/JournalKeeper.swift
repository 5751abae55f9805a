import Hosting
import Journal
import Logging
import Wire

/// Looks after the journal's files between turns: snapshots of derived state, retention, the disk's floor.
struct JournalKeeper {
    /// How often free space is looked at, nanoseconds.
    static let spaceInterval: UInt64 = 250_000_000

    private let journal: Journal
    private let snapshots: SQLiteSnapshots
    private let saver: SnapshotSaver
    /// How often state is saved and retention is looked at, nanoseconds (`save_interval_ms`).
    private let interval: UInt64
    private let logger: Logger
    private var nextSave: UInt64 = 0
    private var nextLook: UInt64 = 0

    init(_ journal: Journal, snapshots: SQLiteSnapshots, interval: Duration, logger: Logger) {
        self.journal = journal
        self.snapshots = snapshots
        self.interval = UInt64(interval / .nanoseconds(1))
        saver = SnapshotSaver(snapshots)
        self.logger = logger
    }

    /// Work that is due at `now`, monotonic nanoseconds.
    mutating func tick(_ core: inout BrokerCore<JournalSource>, now: UInt64) throws {
        if now >= nextLook {
            nextLook = now + JournalKeeper.spaceInterval
            watchSpace(&core, now: now)
        }
        guard now >= nextSave, core.inFlight.isEmpty, core.builder.isEmpty, core.unsettled.isEmpty else { return }
        nextSave = now + interval
        for failure in journal.takeBackgroundFailures() {
            logger.error("Background work on the journal failed", metadata: [LogKeys.error: "\(failure)"])
        }
        guard saver.isIdle else { return }
        saver.save(core.takeSnapshotRows(), through: core.durableEnd, logger: logger)
        try forgetOldIDs(&core)
        try retain(&core)
    }

    /// Forgets ids that have left the window, unless the clock is in doubt.
    private func forgetOldIDs(_ core: inout BrokerCore<JournalSource>) throws {
        guard let horizon = core.dedupHorizon else { return }
        core.dedup.forget(before: try journal.offset(atOrAfter: horizon))
    }

    /// Removes what age and size allow, no durable group needs, and the saved state covers.
    private func retain(_ core: inout BrokerCore<JournalSource>) throws {
        guard !core.clock.isSuspended, let candidate = journal.retentionCandidate(now: core.clock.time) else { return }
        let limit = min(core.trimLimit(candidate), saver.savedThrough)
        guard limit > journal.firstOffset else { return }
        try journal.trim(before: limit)
        core.firstOffset = journal.firstOffset
    }

    private mutating func watchSpace(_ core: inout BrokerCore<JournalSource>, now: UInt64) {
        core.journalBytes = journal.sizeBytes
        core.firstOffset = journal.firstOffset
        guard journal.isAtFloor() else {
            core.publishStop = nil
            return
        }
        core.publishStop = Failure(
            code: "journal.full",
            message: "Free space is at its floor (broker.floor_free_bytes). Free some, or let the groups catch up.",
            retryable: true)
        guard let candidate = journal.retentionCandidate(now: core.clock.time) else { return }
        core.skipLaggingGroups(to: candidate, now: now)
        nextSave = min(nextSave, now + 1_000_000_000)
    }

    /// Saves everything and closes the journal: the next start has nothing to replay.
    mutating func finish(_ core: inout BrokerCore<JournalSource>) throws {
        saver.wait()
        try snapshots.save(saver.takeFailed() + core.takeSnapshotRows(), through: core.durableEnd)
        try journal.close()
    }
}
