import Hosting
import Journal
import Logging
import Wire

/// Looks after the journal's files between turns: saved state, retention, verification, backups, the disk's floor.
struct JournalKeeper {
    /// How often free space is looked at, nanoseconds.
    static let spaceInterval: UInt64 = 250_000_000

    private let journal: Journal
    private let snapshots: SQLiteSnapshots
    private let saver: SnapshotSaver
    /// How often state is saved and retention is looked at, nanoseconds (`save_interval_ms`).
    private let interval: UInt64
    /// From the end of a verification to the next, nanoseconds; nil is never (`verify_interval_hours`).
    private let verifyInterval: UInt64?
    let verifier: JournalVerifier
    /// Files of the journal that are known to be damaged.
    private(set) var damaged = DamagedFiles()
    /// What the start found of it, to be told.
    private var foundAtStart: [JournalError]
    private let backups: JournalBackup
    private let wake: @Sendable () -> Void
    private let logger: Logger
    private var nextVerify: UInt64 = 0
    private var nextSave: UInt64 = 0
    private var nextLook: UInt64 = 0

    /// - Parameters:
    ///   - journal: The files.
    ///   - snapshots: The saved state.
    ///   - settings: Intervals and rates.
    ///   - wake: Has the loop turn; called from other threads.
    ///   - logger: Where damage and failures are told.
    init(
        _ journal: Journal, snapshots: SQLiteSnapshots, settings: BrokerSettings, wake: @escaping @Sendable () -> Void,
        logger: Logger
    ) {
        self.journal = journal
        self.snapshots = snapshots
        foundAtStart = journal.recovery.damaged
        interval = UInt64(settings.saveInterval / .nanoseconds(1))
        verifyInterval =
            settings.verifyIntervalHours == 0 ? nil : UInt64(settings.verifyIntervalHours) * 3_600_000_000_000
        verifier = JournalVerifier(bytesPerSecond: settings.verifyBytesPerSecond)
        backups = JournalBackup(logger: logger)
        self.wake = wake
        saver = SnapshotSaver(snapshots)
        self.logger = logger
    }

    /// Work that is due at `now`, monotonic nanoseconds.
    mutating func tick(_ core: inout BrokerCore<JournalSource>, now: UInt64) throws {
        if now >= nextLook {
            nextLook = now + JournalKeeper.spaceInterval
            watchSpace(&core, now: now)
            verify(&core, now: now)
        }
        backUp(&core)
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

    /// Begins a verification when it is due, and tells what was found.
    private mutating func verify(_ core: inout BrokerCore<JournalSource>, now: UInt64) {
        for failure in foundAtStart { found(failure, &core) }
        foundAtStart = []
        for finding in verifier.takeFound() {
            switch finding {
            case .damaged(let failure): found(failure, &core)
            case .intact(let file): damaged.clear(file)
            }
        }
        damaged.forget(unless: journal.keeps)
        guard let verifyInterval, !verifier.isRunning, now >= nextVerify else { return }
        nextVerify = now + verifyInterval
        verifier.start(journal.sealedVerifier())
    }

    /// Tells of damage that the start, a reader or the verification met: each place once, until its file changes.
    mutating func found(_ failure: JournalError, _ core: inout BrokerCore<JournalSource>) {
        let (path, byte) = failure.place
        guard damaged.note(path, byte: byte) else { return }
        logger.error("The journal is damaged", metadata: [LogKeys.error: "\(failure)"])
        core.tellDamage(file: path.split(separator: "/").last.map(String.init) ?? "", byte: byte, code: failure.code)
    }

    /// Begins a backup that was asked for, and tells how others ended.
    private func backUp(_ core: inout BrokerCore<JournalSource>) {
        if let request = core.wantedBackup {
            core.wantedBackup = nil
            do throws(JournalError) {
                backups.start(request, try journal.beginSnapshot(), saver, wake: wake)
            } catch {
                backups.refuse(request, error)
            }
        }
        for finished in backups.takeFinished() { core.finished(finished.request, finished.outcome) }
    }

    /// Forgets ids that have left the window, unless the clock is in doubt.
    private mutating func forgetOldIDs(_ core: inout BrokerCore<JournalSource>) throws {
        guard let horizon = core.dedupHorizon else { return }
        do throws(JournalError) {
            core.dedup.forget(before: try journal.offset(atOrAfter: horizon))
        } catch {
            // They are remembered for longer, at most `dedup_max_ids`.
            guard !journal.isFailed else { throw error }
            found(error, &core)
        }
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
        verifier.stop()
        saver.wait()
        try snapshots.save(saver.takeFailed() + core.takeSnapshotRows(), through: core.durableEnd)
        try journal.close()
    }
}

extension JournalError {
    /// The file that it is about, and the byte where it is known.
    fileprivate var place: (path: String, byte: UInt64?) {
        switch self {
        case .damaged(let file, let byte, _): (file, byte)
        case .io(_, let path, _): (path, nil)
        case .unsupportedVersion(let file, _, _), .foreign(let file, _, _): (file, 0)
        default: ("", nil)
        }
    }
}
