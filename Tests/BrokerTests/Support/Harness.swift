import Wire

@testable import Broker

/// The Broker's loop without sockets, files and clocks: the same order of steps as `BrokerLoop`.
final class Harness {
    /// A mistake that a checker must notice.
    enum Fault: CaseIterable {
        case answersBeforeDurable, forgetsSettlements, forgetsIDs, savesTooEarly
    }

    var core: BrokerCore<MemorySource>
    let log: MemoryLog
    /// Monotonic nanoseconds.
    var now: UInt64 = 1_000_000_000
    /// Nanoseconds since 1970.
    var wall: UInt64
    var fault: Fault?
    /// What a throwing loop would have thrown.
    private(set) var stopped: LogResult?
    /// Offsets in the order in which the tap saw them.
    private(set) var tapped: [UInt64] = []
    /// Frames that no client could decode.
    private(set) var garbage: [String] = []

    var onReceive: (Client, [UInt8]) -> Void = { _, _ in }
    var onSend: (Client, Message, UInt64) -> Void = { _, _, _ in }
    var onTap: (StoredBatch) -> Void = { _ in }

    private var clients: [UInt32: Client] = [:]
    private var queue: [(peer: UInt32, frame: [UInt8])] = []
    private var lastPeer: UInt32 = 0
    private var nextTick: UInt64 = 0
    /// The batch that a full log did not take.
    private(set) var unwritten: StoredBatch?

    static let startOfTime: UInt64 = 1_800_000_000_000_000_000
    static let ownUID: UInt32 = 1_000
    static let guestUID: UInt32 = 2_000

    static let access = AccessPolicy(
        roles: [
            "service": .init(
                permissions: [.publish, .consume, .call, .serve, .maps, .read], uids: [guestUID]),
            "operator": .init(permissions: Set(Permission.allCases), uids: []),
            "observer": .init(permissions: [.read], uids: [guestUID]),
            "publisher": .init(permissions: [.publish], uids: [guestUID]),
            "consumer": .init(permissions: [.consume], uids: [guestUID]),
        ], ownUID: ownUID)

    /// - Parameters:
    ///   - disk: What an earlier run left.
    ///   - saved: Rows of an earlier run and how far they go.
    ///   - epoch: Of this run.
    ///   - end: The offset that the next record gets.
    ///   - limits: The Broker's.
    ///   - isImmediate: Whether appended batches are durable at once.
    ///   - wall: Nanoseconds since 1970.
    ///   - fault: A mistake to make.
    init(
        disk: [StoredBatch] = [], saved: MemorySnapshots? = nil, epoch: UInt64 = 1, end: UInt64? = nil,
        limits: BrokerLimits = BrokerLimits(), isImmediate: Bool = true, wall: UInt64 = startOfTime,
        fault: Fault? = nil
    ) {
        let end = end ?? disk.last?.end ?? 1
        core = Harness.recover(disk, saved, epoch: epoch, end: end, limits: limits, fault: fault)
        log = MemoryLog(disk: disk, end: end, isImmediate: isImmediate)
        self.wall = wall
        self.fault = fault
    }

    /// The state that `disk` and saved rows say, as `BrokerStart` makes it.
    static func recover(
        _ disk: [StoredBatch], _ saved: MemorySnapshots?, epoch: UInt64 = 1, end: UInt64? = nil,
        limits: BrokerLimits = BrokerLimits(), fault: Fault? = nil
    ) -> BrokerCore<MemorySource> {
        let topics = TopicTable(limit: limits.maxTopics)
        var source = MemorySource()
        for batch in disk { source.append(batch.reread(topics)) }
        var core = BrokerCore(
            limits: limits, access: access,
            identity: .init(
                journal: JournalID(high: 1, low: 2), epoch: epoch, version: "test", firstSession: UInt32(epoch) * 65_599
            ),
            topics: topics,
            source: source, end: end ?? disk.last?.end ?? 1, first: disk.first?.base ?? 1,
            lastTime: disk.last?.time ?? 0)
        let through = saved?.through ?? 0
        if let saved { core.load(saved.rows) }
        for batch in disk {
            batch.forEach { offset, record in
                if offset >= through, fault != .forgetsSettlements || record.kind != .settlement {
                    core.replay(record, at: offset)
                }
                if record.kind == .event, !record.id.isEmpty, fault != .forgetsIDs {
                    core.dedup.insert(KeyHash.id(record.id), at: offset)
                }
            }
        }
        core.finishReplay()
        return core
    }

    // MARK: The loop

    /// One turn of the loop.
    /// - Returns: True when there is more to do at once.
    @discardableResult
    func turn() -> Bool {
        guard stopped == nil else { return false }
        core.clock.observe(monotonic: now, wall: wall)
        core.answerWaitingQueries(now: now)
        let frames = queue
        queue = []
        for (peer, frame) in frames {
            guard let client = clients[peer] else { continue }
            onReceive(client, frame)
            frame.withUnsafeBytes { core.receive($0, from: peer, uid: { client.uid }, now: now) }
        }
        if now >= nextTick || core.nextDeadline <= now {
            nextTick = now + 50_000_000
            core.tick(now: now)
        }
        send()
        commit()
        guard stopped == nil else { return false }
        let more = core.dispatch(now: now)
        send()
        return more || core.hasQueriesToAnswer || (!core.unsettled.isEmpty && unwritten == nil) || !queue.isEmpty
    }

    /// Turns until nothing is left to do.
    func turns(limit: Int = 1_000) {
        for _ in 0..<limit where !turn() { return }
    }

    private func commit() {
        let batch = unwritten ?? core.closeTurn()
        unwritten = nil
        if let batch {
            log.append(batch)
            if fault == .answersBeforeDurable { take(.durable(end: batch.end), batch) }
        }
        for result in log.takeResults() { take(result, batch) }
    }

    private func take(_ result: LogResult, _ batch: StoredBatch?) {
        guard stopped == nil else { return }
        switch result {
        case .durable(let end):
            core.logStop = nil
            for batch in core.durable(through: end) {
                onTap(batch)
                tapped += (batch.base..<batch.end).filter {
                    batch.index[Int($0 - batch.base)].topic != TopicTable.none
                }
            }
        case .full(let reason):
            unwritten = batch
            core.logStop = Failure(code: "journal.full", message: reason, retryable: true)
        case .fenced, .failed: stopped = result
        }
    }

    private func send() {
        for message in core.takeOutgoing() {
            guard let client = clients[message.peer], !client.isGone else {
                lose(message.peer)
                continue
            }
            do {
                let decoded = try Message(message.frame)
                let ref = message.frame.withUnsafeBytes { $0.u64(at: 8) }
                if case .welcome(let welcome) = decoded { client.session = welcome.session }
                if case .close = decoded { client.isClosed = true }
                onSend(client, decoded, ref)
                client.inbox.append((ref, decoded))
            } catch {
                garbage.append("\(error)")
            }
        }
    }

    private func lose(_ peer: UInt32) {
        guard let session = core.sessionOfPeer[peer] else { return }
        core.endSession(session, .lost, now: now)
    }

    /// Saves what changed, when the keeper would.
    func save(to snapshots: inout MemorySnapshots) {
        let isQuiet = core.inFlight.isEmpty && core.builder.isEmpty && core.unsettled.isEmpty
        guard isQuiet || fault == .savesTooEarly else { return }
        snapshots.save(
            core.takeSnapshotRows(), through: fault == .savesTooEarly ? core.appendEnd : core.durableEnd)
    }

    // MARK: Clients

    /// A client that has not said hello.
    func open(uid: UInt32 = ownUID) -> Client {
        lastPeer += 1
        let client = Client(peer: lastPeer, uid: uid)
        clients[lastPeer] = client
        return client
    }

    /// A client with a session.
    func connect(_ role: String = "operator", uid: UInt32 = ownUID) -> Client {
        let client = open(uid: uid)
        let hello = Hello(role: role, client: "test/1.0", instance: "\(client.peer)")
        post(client, .hello, ControlJSON.encode(hello))
        turn()
        return client
    }

    /// Queues a message for the next turn.
    @discardableResult
    func post(_ client: Client, _ type: FrameType, ref: UInt64? = nil, _ body: [UInt8] = []) -> UInt64 {
        client.lastRef += 1
        let ref = ref ?? client.lastRef
        post(client, frame: [UInt8](FrameHeader(type, session: client.session, ref: ref), body: body))
        return ref
    }

    func post(_ client: Client, frame: [UInt8]) { queue.append((client.peer, frame)) }

    /// Sends a request and returns its answer, turning as long as needed.
    func ask(_ client: Client, _ type: FrameType, ref: UInt64? = nil, _ body: [UInt8] = [])
        -> Message?
    {
        let ref = post(client, type, ref: ref, body)
        turns()
        return client.take(ref)
    }

    /// Publishes with the client's next sequence numbers.
    func publish(_ client: Client, _ events: [SampleEvent]) -> [PublishRun] {
        let ref = client.nextSequence
        guard case .published(let runs) = ask(client, .publish, ref: ref, Frames.publish(events)) else {
            return []
        }
        if runs.first?.status != .refused { client.nextSequence += UInt64(events.count) }
        return runs
    }

    /// Joins a group; 0 when it was refused.
    func join(_ client: Client, _ group: String, _ config: GroupConfig?) -> UInt32 {
        guard case .joined(let joined) = ask(client, .join, Frames.join(group, config)) else {
            return 0
        }
        return joined.subscription
    }

    /// The connection breaks without a word; the Broker notices at once.
    func drop(_ client: Client) {
        client.isGone = true
        lose(client.peer)
    }

    /// Time passes, one turn a step.
    func advance(milliseconds: UInt64, step: UInt64 = 50) {
        var left = milliseconds
        while left > 0 {
            let ms = min(step, left)
            now += ms * 1_000_000
            wall += ms * 1_000_000
            left -= ms
            turns()
        }
    }
}

/// One simulated connection.
final class Client {
    let peer: UInt32
    let uid: UInt32
    var session: UInt32 = 0
    var lastRef: UInt64 = 1_000_000
    var nextSequence: UInt64 = 1
    var inbox: [(ref: UInt64, message: Message)] = []
    /// The Broker ended the session.
    var isClosed = false
    /// The connection is broken.
    var isGone = false

    init(peer: UInt32, uid: UInt32) {
        self.peer = peer
        self.uid = uid
    }

    /// The answer to `ref`, removed from the inbox.
    func take(_ ref: UInt64) -> Message? {
        inbox.firstIndex { $0.ref == ref }.map { inbox.remove(at: $0).message }
    }

    /// Everything that arrived.
    func takeAll() -> [Message] {
        defer { inbox = [] }
        return inbox.map(\.message)
    }

    /// Deliveries that arrived, in order.
    func takeDeliveries() -> [Delivered] {
        takeAll().flatMap { message in
            if case .deliver(_, let deliveries) = message { deliveries } else { [Delivered]() }
        }
    }
}
