import CPlatform
import Glibc
import Hosting
import Journal
import Logging
import Wire
import ZeroMQ

/// Everything between the settings and a running loop: recovery, saved state, replay, sockets.
struct BrokerStart {
    let journal: Journal
    let snapshots: SQLiteSnapshots
    var core: BrokerCore<JournalSource>

    /// Opens the journal and brings the state up to its end.
    /// - Throws: ``BrokerError/journal(_:)``, or ``BrokerError/inconsistent(_:)`` when saved state is ahead of the journal.
    init(_ settings: BrokerSettings, stateDirectory: String, logger: Logger) throws {
        let journal = try BrokerStart.open("\(stateDirectory)/journal", settings.journal)
        BrokerStart.log(journal.recovery, logger)
        let topics = TopicTable(limit: settings.limits.maxTopics)
        let source = JournalSource(journal, topics: topics, tailLimit: settings.tailCacheBytes)
        snapshots = try SQLiteSnapshots(path: "\(stateDirectory)/state.sqlite", journal: journal.id)
        core = BrokerCore(
            limits: settings.limits, access: AccessPolicy(roles: settings.roles, ownUID: geteuid()),
            identity: .init(
                journal: journal.id, epoch: journal.epoch, version: BuildInfo.version,
                firstSession: .random(in: 1...0x3FFF_FFFF)),
            topics: topics,
            source: source, end: journal.syncedEnd, first: journal.firstOffset, lastTime: journal.lastTime)
        self.journal = journal
        do {
            try restoreState(logger)
            try restoreIndexes(settings, topics)
        } catch let error as JournalError {
            throw BrokerError.journal(error)
        }
    }

    private static func open(_ directory: String, _ options: JournalOptions) throws(BrokerError) -> Journal {
        do throws(JournalError) {
            return try Journal.open(directory: directory, options: options)
        } catch {
            throw .journal(error)
        }
    }

    private static func log(_ recovery: RecoveryReport, _ logger: Logger) {
        guard !recovery.isNew else { return }
        logger.info(
            "The journal is open",
            metadata: [
                "clean": "\(recovery.isClean)", "truncated_bytes": "\(recovery.truncatedBytes)",
                "scanned_bytes": "\(recovery.scannedBytes)", "last_batch_doubtful": "\(recovery.lastBatchDoubtful)",
            ])
    }

    /// Saved rows, then the records after them.
    private mutating func restoreState(_ logger: Logger) throws {
        var from = journal.firstOffset
        if let saved = try snapshots.latest() {
            let recovered = journal.recovery.recoveredEnd
            guard saved.through <= recovered || saved.through <= journal.firstOffset else {
                throw BrokerError.inconsistent(
                    "state.sqlite goes through offset \(saved.through), the journal ends at \(recovered). "
                        + "Restore both from one backup.")
            }
            // Offsets jump after an unclean stop: a gap with nothing in it is none.
            guard saved.through >= min(journal.firstOffset, recovered) else {
                throw BrokerError.inconsistent(
                    "state.sqlite goes through offset \(saved.through), the journal begins at \(journal.firstOffset): "
                        + "what lies between is lost. Restore both from one backup. Without state.sqlite the Broker "
                        + "starts too, but maps, cursors and dead letters older than the journal are gone.")
            }
            core.load(saved.rows)
            from = max(from, saved.through)
        } else if journal.firstOffset > 1 {
            logger.warning("There is no saved state: what the trimmed part of the journal said is gone")
        }
        while from < journal.syncedEnd {
            let slice = try journal.read(from: from, maxBytes: 4 << 20)
            guard !slice.isEmpty else { break }
            slice.forEachRecord(from: from) { offset, _, record in core.replay(record, at: offset) }
            from = slice.nextOffset
        }
        core.finishReplay()
    }

    /// Ids and topics, from the segments' sidecars.
    private mutating func restoreIndexes(_ settings: BrokerSettings, _ topics: TopicTable) throws {
        let reach = journal.lastTime > settings.limits.dedupWindow ? journal.lastTime - settings.limits.dedupWindow : 0
        // Where damage hides when the window begins, older ids are remembered too.
        let oldest = max(journal.firstOffset, (try? journal.offset(atOrAfter: reach)) ?? 0)
        // Counting is cheap beside inserting ids that would be forgotten again at once.
        var surplus = -settings.limits.dedupMaxIDs
        try journal.forEachID(from: oldest) { _, _ in surplus += 1 }
        try journal.forEachID(from: oldest) { hash, offset in
            if surplus > 0 { surplus -= 1 } else { core.dedup.insert(hash, at: offset) }
        }
        for (name, offset) in try journal.topics() {
            let number = Array(name.utf8).withUnsafeBytes { topics.number(of: $0) }
            if let number { _ = topics.advance(number, to: offset) }
        }
    }
}
