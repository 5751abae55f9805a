import CPlatform
import Events
import Glibc
import Hosting
import Journal
import Logging
import Wire
import ZeroMQ

/// The Broker's one thread: takes what arrived, logs it, answers, hands out, shows; again and again.
///
/// Owns the sockets, the journal and the core. Everything it decides is decided by ``BrokerCore``.
final class BrokerLoop {
    /// A turn takes messages until it has this many bytes.
    static let turnBytes = 1 << 20
    /// A turn takes messages for this long at most, nanoseconds.
    static let turnNanoseconds: UInt64 = 1_000_000
    /// A turn that takes longer stood still, nanoseconds: nobody is given up for silence meanwhile.
    static let stall: UInt64 = 500_000_000
    /// How long clients then have to be heard, nanoseconds.
    static let patience: UInt64 = 2_000_000_000
    /// Bytes of raw reads that one turn answers.
    static let rawBytesPerTurn = 4 << 20
    /// Bytes of records that wait for a full log; then nothing more is taken.
    static let unwrittenBytes = 16 << 20
    /// How often a full log is tried again, nanoseconds.
    static let fullRetry: UInt64 = 100_000_000
    /// How often time-driven work is looked at, nanoseconds.
    static let tickInterval: UInt64 = 50_000_000

    private var core: BrokerCore<JournalSource>
    private let log: JournalLog
    private let sockets: BrokerSockets
    private let tap: TapPublisher
    private var keeper: JournalKeeper
    private let mailbox: BrokerMailbox
    private let logger: Logger

    private var outbox: Outbox
    private let identity = ZeroMQFrame()
    private let frame = ZeroMQFrame()
    private var nextTick: UInt64 = 0
    /// The batch that a full log did not take.
    private var unwritten: StoredBatch?
    private var nextWrite: UInt64 = 0

    init(
        core: BrokerCore<JournalSource>, log: JournalLog, sockets: BrokerSockets, keeper: JournalKeeper,
        mailbox: BrokerMailbox, logger: Logger
    ) {
        self.core = core
        self.log = log
        self.sockets = sockets
        self.keeper = keeper
        self.mailbox = mailbox
        self.logger = logger
        tap = TapPublisher(sockets.tap, topics: core.topics)
        outbox = Outbox(limit: core.limits.sessionOutBytes)
    }

    /// Runs until the mailbox says stop; leaves the journal closed and the state saved.
    func run() throws {
        var poller = ZeroMQPoller()
        let routerPlace = poller.add(sockets.router)
        let tapPlace = poller.add(sockets.tap)
        let wakePlace = poller.add(descriptor: mailbox.descriptor)
        var hasMore = false
        while !mailbox.isStopping {
            poller.wait(milliseconds: hasMore ? 0 : waitMs())
            if poller.isReadable(wakePlace) { mailbox.drain() }
            if poller.isReadable(tapPlace) { tap.receiveSubscriptions() }
            hasMore = try turn(hasInput: poller.isReadable(routerPlace))
        }
        try finish()
    }

    private func waitMs() -> Int {
        if outbox.isWaiting { return Outbox.retryMs }
        let now = cplatform_monotonic_ns()
        let next = min(nextTick, max(core.nextDeadline, core.patienceUntil))
        return next <= now ? 0 : Int((next - now) / 1_000_000) + 1
    }

    /// - Returns: True when there is more to do at once.
    private func turn(hasInput: Bool) throws -> Bool {
        let started = cplatform_monotonic_ns()
        core.clock.observe(monotonic: started, wall: cplatform_realtime_ns())
        core.answerWaitingQueries(now: started)
        let isFull = hasInput && receive(from: started)
        if started >= nextTick || core.nextDeadline <= started { tick(started) }
        // Calls and heartbeats do not wait for the disk.
        send()
        try commit()
        if let failure = core.source.failure { throw BrokerError.storage(failure.description) }
        for damage in core.source.takeDamage() { keeper.found(damage, &core) }
        if unwritten == nil { try keeper.tick(&core, now: started) }
        let more = core.dispatch(now: cplatform_monotonic_ns())
        // Handing out may give events up, which is journalled in the next turn.
        answerRawReads()
        send()
        if cplatform_monotonic_ns() > started + BrokerLoop.stall {
            core.patienceUntil = cplatform_monotonic_ns() + BrokerLoop.patience
        }
        return more || isFull || !core.rawReads.isEmpty || core.hasQueriesToAnswer
            || (!core.unsettled.isEmpty && unwritten == nil)
    }

    /// Takes what has arrived.
    /// - Returns: True when there may be more.
    private func receive(from started: UInt64) -> Bool {
        guard unwritten == nil || core.builder.bytes.count < BrokerLoop.unwrittenBytes else { return false }
        var bytes = 0
        var count = 0
        while sockets.router.receive(into: identity) {
            guard identity.hasMore, sockets.router.receive(into: frame) else { continue }
            let peer = identity.bytes
            let isOurs = peer.count == 5 && peer[0] == 0
            let message = frame.bytes
            if isOurs {
                let number = peer.u32(at: 1)
                core.receive(
                    message, from: number, uid: { self.frame.metadata("Peer-Address").flatMap(PeerAddress.init)?.uid },
                    now: started)
            }
            bytes += message.count
            count += 1
            while frame.hasMore, sockets.router.receive(into: frame) {}
            if bytes >= BrokerLoop.turnBytes { return true }
            if count & 15 == 0, cplatform_monotonic_ns() - started > BrokerLoop.turnNanoseconds { return true }
        }
        return false
    }

    /// One batch, one sync; then its answers may go.
    private func commit() throws {
        if unwritten == nil { unwritten = core.closeTurn() }
        guard let batch = unwritten, nextWrite == 0 || cplatform_monotonic_ns() >= nextWrite else { return }
        log.append(batch)
        for result in log.takeResults() {
            switch result {
            case .durable(let end):
                unwritten = nil
                nextWrite = 0
                core.logStop = nil
                for batch in core.durable(through: end) { tap.show(batch) }
            case .fenced: throw BrokerError.fenced
            case .full(let description): full(description)
            case .failed(let description): throw BrokerError.storage(description)
            }
        }
        if let milliseconds = log.takeSlowSync() { degraded(milliseconds) }
    }

    /// There is no room: what was taken waits in memory unanswered, everything after it is refused.
    private func full(_ description: String) {
        if core.logStop == nil {
            logger.error("The disk is full: publishes are refused", metadata: [LogKeys.reason: "\(description)"])
        }
        core.logStop = Failure(code: "journal.full", message: description, retryable: true)
        nextWrite = cplatform_monotonic_ns() + BrokerLoop.fullRetry
    }

    private func degraded(_ milliseconds: UInt64) {
        logger.warning("A sync of the journal was slow", metadata: [LogKeys.durationMilliseconds: "\(milliseconds)"])
        core.tellSlowSync(milliseconds: milliseconds)
    }

    private func tick(_ now: UInt64) {
        nextTick = now + BrokerLoop.tickInterval
        core.tick(now: now)
        tap.showHead(end: core.durableEnd, now: now, time: core.clock.time)
        mailbox.publish(
            BrokerReport(
                core: core, syncs: log.syncCount, syncNanoseconds: log.syncNanoseconds, tapSent: tap.sent,
                tapSubscriptions: tap.subscriptions, verification: keeper.verifier.report,
                damagedSegments: keeper.damaged.count,
                recordCount: log.journal.recordCount(from:)))
    }

    private func answerRawReads() {
        var bytes = 0
        while bytes < BrokerLoop.rawBytesPerTurn, !core.rawReads.isEmpty {
            let read = core.rawReads.removeFirst()
            do throws(JournalError) {
                let slice = try log.journal.read(from: read.offset, maxBytes: read.maxBytes)
                var body: [UInt8] = []
                body.reserveCapacity(16 + slice.bytes.count)
                body.put(u64: slice.isEmpty ? core.durableEnd : slice.nextOffset)
                body.put(u64: core.durableEnd)
                body.append(contentsOf: slice.bytes)
                bytes += body.count
                core.answerNow(read.session, .slices, ref: read.ref, body: body)
            } catch {
                core.answerNow(read.session, .failure, ref: read.ref, body: ControlJSON.encode(failure(error, read)))
            }
        }
    }

    /// What a raw read that failed is told; damage is told to everybody.
    private func failure(_ error: JournalError, _ read: RawRead) -> Failure {
        switch error {
        case .trimmed, .beyondEnd, .failed, .closed:
            return Failure(code: error.code, message: error.description, retryable: false)
        default:
            keeper.found(error, &core)
            return RecordDamage(error, at: read.offset, in: log.journal).failure
        }
    }

    private func send() {
        if outbox.isWaiting {
            let retried = outbox.retry(on: sockets.router, now: cplatform_monotonic_ns())
            for peer in retried.gone { lost(peer) }
            for peer in retried.stalled { tooSlow(peer) }
            for peer in retried.flowing { core.setCongested(false, peer: peer) }
        }
        let waiting = core.takeOutgoing()
        guard !waiting.isEmpty else { return }
        let now = cplatform_monotonic_ns()
        for message in waiting {
            switch outbox.send(message.frame, to: message.peer, on: sockets.router, now: now) {
            case .fine: continue
            case .waits: core.setCongested(true, peer: message.peer)
            case .gone: lost(message.peer)
            case .overLimit: tooSlow(message.peer)
            }
        }
    }

    private func lost(_ peer: UInt32) {
        outbox.drop(peer)
        guard let session = core.sessionOfPeer[peer] else { return }
        core.endSession(session, .lost, now: cplatform_monotonic_ns())
    }

    private func tooSlow(_ peer: UInt32) {
        // Without a session only the word that it was closed waits.
        guard let session = core.sessionOfPeer[peer].flatMap({ core.sessions[$0] }) else {
            outbox.dropAllButLast(peer)
            return
        }
        outbox.drop(peer)
        logger.warning("A client does not read: its session is closed", metadata: [LogKeys.client: "\(session.client)"])
        let failure = Failure(
            code: "session.slow",
            message: "This client took nothing for 5 s, or more than session_out_bytes "
                + "(\(core.limits.sessionOutBytes)) waited for it.",
            retryable: true)
        core.close(peer: peer, because: failure, now: cplatform_monotonic_ns())
    }

    /// Tells everybody, saves the state, closes the journal.
    private func finish() throws {
        let failure = Failure(code: "broker.stopping", message: "The Broker stops: connect again.", retryable: true)
        for session in core.sessions.values.sorted(by: { $0.id < $1.id }) {
            core.answerNow(session, .close, ref: 0, body: ControlJSON.encode(failure))
            core.endSession(session.id, .orderly, now: cplatform_monotonic_ns())
        }
        nextWrite = 0
        try commit()
        send()
        guard unwritten == nil else {
            throw BrokerError.storage("the disk is full and what was taken last could not be written.")
        }
        try keeper.finish(&core)
        sockets.router.close()
        sockets.tap.close()
    }
}
