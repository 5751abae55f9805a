import DequeModule
import Wire

/// Everything the Broker decides, as a value: messages and time go in, records and frames come out.
///
/// One turn of the owner's loop: ``receive(_:from:uid:now:)`` for each message, ``closeTurn(now:wall:)`` gives the batch
/// to log, ``durable(through:)`` when the log has it, ``dispatch(now:)`` hands events out, ``takeOutgoing()`` gives what to send.
/// State changes as records are appended, and nothing that rests on a record leaves before the record is on disk.
struct BrokerCore<Source: RecordSource> {
    let limits: BrokerLimits
    let access: AccessPolicy
    let identity: Identity

    /// Durable records.
    var source: Source
    let topics: TopicTable
    var dedup: DedupIndex
    /// Hashes of the ids of the frame at hand, in order; kept for its memory.
    var idHashes: [UInt64] = []
    var groups: [String: GroupMachine] = [:]
    var maps = MapStore()
    var calls = CallRouter()
    var clock: JournalClock
    var sessions: [UInt32: Session] = [:]
    var sessionOfPeer: [UInt32: UInt32] = [:]

    // The turn
    var builder = BatchBuilder()
    /// The offset of the first record of `builder`.
    var builderBase: UInt64
    /// Batches that the log has but that are not known to be on disk.
    var inFlight: Deque<StoredBatch> = []
    /// The end of what is on disk.
    var durableEnd: UInt64
    /// Groups that were touched since the last dispatch, in order.
    var active: Set<String> = []
    /// Groups with outcomes to journal in this turn.
    var unsettled: Set<String> = []

    // Outgoing
    var outgoing: [Outgoing] = []
    var turnAnswers: [Outgoing] = []
    var deferred: Deque<(end: UInt64, answers: [Outgoing])> = []

    /// Raw reads that the owner answers from the log.
    var rawReads: [RawRead] = []
    /// Queries that wait for a turn with room, by session.
    var waitingQueries: [UInt32: WaitingQueries] = [:]
    var queryBudget = QueryBudget()
    /// The session whose waiting queries were looked at last.
    var lastQuerySession: UInt32 = 0
    /// Sessions for which frames wait because they do not read.
    var congested: Set<UInt32> = []
    /// A backup that the owner is to begin.
    var wantedBackup: BackupRequest?
    /// From asking for a backup until it has ended.
    var isBackingUp = false

    /// Until when nobody is given up for silence: the loop stood still before.
    var patienceUntil: UInt64 = 0
    var lastSession: UInt32
    var lastSubscription: UInt32 = 0
    /// Delivery ids of groups that are gone lie below it: a group made anew under an old name does not use them again.
    var deliveryFloor: UInt64 = 0
    var systemEvents: UInt64 = 0
    /// Why publishes are refused now; nil when they are taken.
    var publishStop: Failure?
    /// Why nothing can be logged now: the log is full and holds the last batch; nil when it takes more.
    var logStop: Failure?
    /// Offset of the oldest record that is kept.
    var firstOffset: UInt64 { didSet { if firstOffset > oldValue { skipTrimmed() } } }
    var journalBytes: UInt64 = 0
    var statistics = BrokerStatistics()
    /// Names of groups and dead letters whose rows in the snapshot are to be removed.
    var removedRows: [SnapshotRow.Name] = []

    /// Which journal this is, in which run.
    struct Identity: Sendable {
        var journal: JournalID
        var epoch: UInt64
        var version: String
        /// Where session numbers begin: not to be foretold.
        var firstSession: UInt32 = 1
    }

    /// A frame for a connection.
    struct Outgoing {
        var peer: UInt32
        var frame: [UInt8]
    }

    /// - Parameters:
    ///   - limits: See ``BrokerLimits``.
    ///   - access: Who may take which role.
    ///   - identity: Which journal this is, in which run.
    ///   - topics: Shared with `source`, which numbers the topics of what it reads from disk.
    ///   - source: Durable records.
    ///   - end: The end of what is on disk.
    ///   - first: The offset of the oldest record that is kept.
    ///   - lastTime: Append time of the newest batch, nanoseconds since 1970.
    init(
        limits: BrokerLimits, access: AccessPolicy, identity: Identity, topics: TopicTable, source: Source,
        end: UInt64, first: UInt64, lastTime: UInt64
    ) {
        self.limits = limits
        self.access = access
        self.identity = identity
        self.source = source
        self.topics = topics
        dedup = DedupIndex(limit: limits.dedupMaxIDs)
        clock = JournalClock(last: lastTime)
        builderBase = end
        durableEnd = end
        firstOffset = first
        lastSession = identity.firstSession
    }

    /// The offset that the next record gets.
    var appendEnd: UInt64 { builderBase + UInt64(builder.count) }

    /// Ids of events from before it are forgotten, nanoseconds since 1970; nil while the clock is in doubt.
    var dedupHorizon: UInt64? {
        clock.isSuspended || clock.time < limits.dedupWindow ? nil : clock.time - limits.dedupWindow
    }

    // MARK: A turn

    /// Ends a turn: the batch to log, or nil when nothing is to be written.
    mutating func closeTurn() -> StoredBatch? {
        for name in unsettled { journalOutcomes(of: name) }
        unsettled.removeAll(keepingCapacity: true)
        var batch: StoredBatch?
        if !builder.isEmpty {
            let built = builder.take(base: builderBase, time: clock.time)
            builderBase = built.end
            inFlight.append(built)
            batch = built
        }
        if !turnAnswers.isEmpty {
            if inFlight.isEmpty {
                outgoing.append(contentsOf: turnAnswers)
            } else {
                deferred.append((builderBase, turnAnswers))
            }
            turnAnswers = []
        }
        return batch
    }

    /// The log has everything below `end` on disk: answers go out, groups may read on.
    /// - Returns: The batches that became durable, oldest first.
    mutating func durable(through end: UInt64) -> [StoredBatch] {
        var batches: [StoredBatch] = []
        while let batch = inFlight.first, batch.end <= end {
            inFlight.removeFirst()
            source.append(batch)
            batches.append(batch)
        }
        guard end > durableEnd else { return batches }
        durableEnd = end
        while let first = deferred.first, first.end <= end {
            deferred.removeFirst()
            outgoing.append(contentsOf: first.answers)
        }
        if !batches.isEmpty { active.formUnion(groups.keys) }
        return batches
    }

    /// Hands out events to members with credit.
    /// - Returns: True when there is more to do at once.
    mutating func dispatch(now: UInt64) -> Bool {
        guard !active.isEmpty else { return false }
        let names = active
        active = []
        for name in names {
            guard groups[name] != nil else { continue }
            let topics = topics
            let more = groups[name]?.dispatch(now: now, records: &source, topics: topics) ?? false
            if more { active.insert(name) }
            afterChange(of: name)
        }
        return !active.isEmpty
    }

    /// What is to be sent now.
    mutating func takeOutgoing() -> [Outgoing] {
        defer { outgoing = [] }
        return outgoing
    }

    /// Takes over what a group wants sent and journalled.
    mutating func afterChange(of name: String) {
        guard let waiting = groups[name]?.outgoing, !waiting.isEmpty || groups[name]?.settlement.isEmpty == false else {
            return
        }
        groups[name]?.outgoing = []
        for message in waiting {
            guard let session = sessions[message.session] else { continue }
            statistics.deliverFrames += 1
            outgoing.append(Outgoing(peer: session.peer, frame: message.frame))
        }
        if groups[name]?.settlement.isEmpty == false { unsettled.insert(name) }
    }

    /// Journals what a group has settled and given up since the last time.
    mutating func journalOutcomes(of name: String) {
        guard let letters = groups[name]?.newDeadLetters, let settlement = groups[name]?.takeSettlement() else {
            return
        }
        groups[name]?.newDeadLetters = []
        guard groups[name]?.config.durable == true else { return }
        for letter in letters {
            appendInternal(.deadLetter, key: name, payload: letter.bytes)
            statistics.deadLetters += 1
            announce(letter, of: name)
        }
        appendInternal(.settlement, key: name, payload: settlement.bytes)
        statistics.settled += UInt64(settlement.settled.count)
    }

    // MARK: Answers

    /// Sends when everything appended so far in this turn is on disk.
    mutating func answer(_ session: Session, _ type: FrameType, ref: UInt64, body: [UInt8]) {
        let frame = [UInt8](FrameHeader(type, session: session.id, ref: ref), body: body)
        turnAnswers.append(Outgoing(peer: session.peer, frame: frame))
    }

    /// Sends at once: nothing in it rests on a record.
    mutating func answerNow(_ session: Session, _ type: FrameType, ref: UInt64, body: [UInt8] = []) {
        let frame = [UInt8](FrameHeader(type, session: session.id, ref: ref), body: body)
        outgoing.append(Outgoing(peer: session.peer, frame: frame))
    }

    mutating func fail(_ session: Session, ref: UInt64, _ failure: Failure) {
        statistics.failures += 1
        answer(session, .failure, ref: ref, body: ControlJSON.encode(failure))
    }

    mutating func fail(_ session: Session, ref: UInt64, _ code: String, _ message: String, retryable: Bool = false) {
        fail(session, ref: ref, Failure(code: code, message: message, retryable: retryable))
    }

    // MARK: Records

    /// Appends a record of the Broker's own without a topic.
    mutating func appendInternal(_ kind: RecordKind, key: String, payload: some Collection<UInt8>) {
        builder.append(
            kind: kind, topic: EmptyCollection(), key: key.utf8, payload: payload, topicNumber: TopicTable.none,
            keyHash: 0)
    }

    /// Calls `body` with the record at `offset`, wherever it is: in this turn, in the log's hands or on disk.
    mutating func withRecord<Result>(
        at offset: UInt64, _ body: (RecordView) -> Result
    ) throws(RecordDamage) -> Result? {
        if offset >= builderBase {
            let position = Int(builder.index[Int(offset - builderBase)].position)
            return builder.bytes.withUnsafeBytes { RecordView(in: $0, at: position).map(body) }
        }
        if let batch = inFlight.last(where: { $0.base <= offset && offset < $0.end }) {
            return batch.withRecord(at: offset, body)
        }
        guard let batch = try source.batch(atOrAfter: offset), batch.base <= offset else { return nil }
        return batch.withRecord(at: offset, body)
    }
}
