import TestSupport
import Wire

@testable import Broker

/// Random programs around a Broker whose disk is slow and whose power fails; everything from one seed.
final class Simulation {
    static let groups: [String: GroupConfig] = {
        var all = GroupConfig(filters: [">"])
        (all.ackWaitMs, all.maxDeliver, all.backoffMs) = (300, 3, [20])
        var tasks = GroupConfig(filters: ["task.*"])
        (tasks.ackWaitMs, tasks.maxDeliver, tasks.backoffMs, tasks.onExhausted) = (200, 2, [], .parkKey)
        var calls = GroupConfig(filters: ["call.>", "map.state"])
        (calls.ackWaitMs, calls.maxAckPending, calls.maxParked, calls.backoffMs) = (
            400, 5, 5, [50, 10]
        )
        var watch = GroupConfig(filters: ["*.created"])
        (watch.durable, watch.ackWaitMs) = (false, 200)
        return ["all": all, "tasks": tasks, "calls": calls, "watch": watch]
    }()

    var generator: SeededGenerator
    private(set) var harness: Harness
    let checker: Checker
    private let fault: Harness.Fault?
    private var snapshots = MemorySnapshots()
    private var epoch: UInt64 = 1
    private(set) var programs: [SimulatedClient] = []
    private var programOf: [UInt32: SimulatedClient] = [:]
    private var history: [SampleEvent] = []
    private var events = 0
    private var transactions = 0
    private var reads: [UInt64: String] = [:]
    /// What was done, newest last, for whoever looks into a failure.
    private(set) var trace: [String] = []

    init(seed: UInt64, fault: Harness.Fault? = nil) {
        generator = SeededGenerator(seed: seed)
        self.fault = fault
        harness = Harness(isImmediate: false, fault: fault)
        checker = Checker(harness.log)
        checker.configs = Simulation.groups
        listen()
        programs = (0..<4).map { _ in SimulatedClient(harness.open()) }
        for program in programs { connect(program) }
    }

    /// Runs and returns what was promised and not kept.
    func run(steps: Int) -> [String] {
        for _ in 0..<steps where checker.violations.isEmpty { step() }
        if checker.violations.isEmpty { finish() }
        return checker.violations
    }

    private func note(_ text: String) {
        trace.append(text)
        if trace.count > 60 { trace.removeFirst() }
    }

    // MARK: Steps

    private func step() {
        let program = programs[generator.int(0...programs.count - 1)]
        switch generator.int(0...33) {
        case 0...5: publish(program)
        case 6, 7: join(program)
        case 8: credit(program)
        case 9...16: settle(program)
        case 17: leave(program)
        case 18: part(program)
        case 19...21: advance()
        case 22...26: harness.log.settle(generator.int(1...max(harness.log.pending.count, 1)))
        case 27: administer(program)
        case 28: harness.save(to: &snapshots)
        case 29: if generator.oneIn(4) { powerCut() }
        case 30: toggleDisk()
        case 31: transact(program, held: [], outcomes: [], subscription: 0)
        case 32: read(program)
        default: compare()
        }
        for program in programs { pump(program) }
        harness.turn()
        for program in programs { program.connection.inbox = [] }
        for program in programs where program.connection.isClosed { connect(program) }
    }

    private func publish(_ program: SimulatedClient) {
        for _ in 0..<generator.int(1...4) { program.outbox.append(nextEvent()) }
    }

    private func nextEvent() -> SampleEvent {
        if let old = history.randomElement(using: &generator), generator.oneIn(8) {
            var event = old
            if generator.oneIn(2) { event.payload = "another fact" }
            return event
        }
        events += 1
        let topic = ["task.created", "task.done", "call.ended", "call.leg.ended"][generator.int(0...3)]
        let id = generator.oneIn(10) ? "" : "/sim\n\(events)"
        let event = SampleEvent(
            "k\(generator.int(0...4))", topic: topic, id: id, payload: "event \(events)")
        history.append(event)
        return event
    }

    /// Sends what is not sent yet.
    private func pump(_ program: SimulatedClient) {
        guard !program.isPaused, program.sent < program.outbox.count, program.connection.session != 0
        else { return }
        let sequence = program.firstSequence + UInt64(program.sent)
        harness.post(
            program.connection, .publish, ref: sequence,
            Frames.publish(Array(program.outbox[program.sent...])))
        program.sent = program.outbox.count
    }

    private func join(_ program: SimulatedClient) {
        guard let name = Simulation.groups.keys.sorted().randomElement(using: &generator),
            program.subscriptions[name] == nil, !program.joining.values.contains(name)
        else { return }
        note("\(program.connection.peer) joins \(name)")
        let ref = harness.post(program.connection, .join, Frames.join(name, Simulation.groups[name]))
        program.joining[ref] = name
    }

    private func credit(_ program: SimulatedClient) {
        for subscription in program.subscriptions.values.sorted() {
            let events = UInt32(generator.int(0...12))
            harness.post(
                program.connection, .credit, Frames.credit(subscription, events: events, bytes: 2_000))
        }
    }

    private func settle(_ program: SimulatedClient) {
        guard let subscription = program.subscriptions.values.sorted().randomElement(using: &generator)
        else { return }
        var held: [SimulatedClient.Held] = []
        var outcomes: [Outcome] = []
        var skipped: Set<String> = []
        for one in program.held
        where one.subscription == subscription && !skipped.contains(one.delivery.event.key) {
            guard !generator.oneIn(3) else {
                skipped.insert(one.delivery.event.key)
                continue
            }
            let kinds: [Outcome.Kind] = [.ack, .ack, .ack, .ack, .ack, .ack, .nak, .term, .inProgress]
            let kind = kinds[generator.int(0...kinds.count - 1)]
            if kind != .ack { skipped.insert(one.delivery.event.key) }
            held.append(one)
            let delay = kind == .nak ? UInt32(generator.int(0...40)) : 0
            outcomes.append(
                Outcome(delivery: one.delivery.id, kind: kind, delay: delay, reason: "because"))
        }
        forget(held, outcomes, of: program)
        if generator.oneIn(3) {
            transact(program, held: held, outcomes: outcomes, subscription: subscription)
        } else {
            let ref = harness.post(program.connection, .settle, Frames.settle(subscription, outcomes))
            program.settling[ref] = .init(
                held: held, outcomes: outcomes, transaction: 0, writes: [], publishes: [])
        }
    }

    /// What a program stops holding when it settles: a failure takes the later ones of its key along.
    private func forget(
        _ held: [SimulatedClient.Held], _ outcomes: [Outcome], of program: SimulatedClient
    ) {
        for (one, outcome) in zip(held, outcomes) where outcome.kind != .inProgress {
            program.held.removeAll { other in
                other == one
                    || (outcome.kind == .nak && other.subscription == one.subscription
                        && other.delivery.event.key == one.delivery.event.key)
            }
        }
    }

    private func transact(
        _ program: SimulatedClient, held: [SimulatedClient.Held], outcomes: [Outcome],
        subscription: UInt32
    ) {
        transactions += 1
        let mark = "tx-\(transactions)-"
        let key = "e\(generator.int(0...3))"
        let current = harness.core.maps.value("state", Array(key.utf8), now: 0)?.revision ?? 0
        let expected: UInt64? = [nil, 0, current, current + 1][generator.int(0...3)]
        let write = MapWrite(
            .put, map: "state", key: key, value: Array(mark.utf8), expectedRevision: expected,
            ttl: generator.oneIn(4) ? UInt64(generator.int(1...2_000)) : 0)
        let event = SampleEvent(
            "k\(generator.int(0...4))", topic: "call.ended", id: "/sim\n\(mark)", payload: mark)
        let body = Frames.settle(
            subscription, outcomes, atomic: true, publishes: [event], writes: [write])
        let ref = harness.post(program.connection, .settle, body)
        note("\(program.connection.peer) \(mark) outcomes \(outcomes.map(\.delivery))")
        program.settling[ref] = .init(
            held: held, outcomes: outcomes, transaction: transactions, writes: [write], publishes: [event]
        )
    }

    private func leave(_ program: SimulatedClient) {
        guard let group = program.subscriptions.keys.sorted().randomElement(using: &generator),
            let subscription = program.subscriptions.removeValue(forKey: group)
        else { return }
        note("\(program.connection.peer) leaves \(group)")
        program.held.removeAll { $0.subscription == subscription }
        harness.post(program.connection, .leave, Frames.leave(subscription))
    }

    /// A program goes: it says so, its connection breaks, or it only falls silent.
    private func part(_ program: SimulatedClient) {
        note("\(program.connection.peer) parts")
        if generator.oneIn(2) {
            harness.post(program.connection, .goodbye)
            harness.turn()
        } else {
            checker.sessionEnded(program.connection.session)
            harness.drop(program.connection)
        }
        connect(program)
    }

    private func advance() {
        let isLong = generator.oneIn(25)
        let ms = UInt64(isLong ? 3_200 : generator.int(1...250))
        harness.now += ms * 1_000_000
        harness.wall += ms * 1_000_000
        note("\(ms) ms pass")
        if !isLong { for program in programs { harness.post(program.connection, .ping) } }
    }

    private func administer(_ program: SimulatedClient) {
        guard let group = ["all", "tasks", "calls"].randomElement(using: &generator) else { return }
        let letters = harness.core.groups[group]?.deadLetters.keys.sorted() ?? []
        let offsets = letters.filter { _ in generator.oneIn(2) }
        let operation: AdminRequest.Operation = generator.oneIn(4) ? .deadDrop : .deadRetry
        note("\(operation) \(offsets) of \(group)")
        harness.post(
            program.connection, .admin,
            ControlJSON.encode(AdminRequest(operation, group: group, offsets: offsets)))
    }

    private func toggleDisk() {
        if generator.oneIn(2) {
            harness.log.nextFailure = harness.log.nextFailure == nil ? .full("No space is left.") : nil
            note("disk full: \(harness.log.nextFailure != nil)")
            return
        }
        harness.core.publishStop =
            harness.core.publishStop == nil
            ? Failure(code: "journal.full", message: "The disk is full.", retryable: true) : nil
    }

    private func read(_ program: SimulatedClient) {
        let ref = harness.post(program.connection, .mapList, Frames.mapList(MapListBody(map: "state")))
        reads[ref] = "state"
    }

    // MARK: Restarts

    /// The same state, however it is come by.
    private func compare() {
        let core = harness.core
        guard core.inFlight.isEmpty, core.builder.isEmpty, core.unsettled.isEmpty else { return }
        let disk = harness.log.disk
        let live = StateDescription(core, disk: disk)
        let replayed = StateDescription(Harness.recover(disk, nil), disk: disk)
        for line in live.differences(from: replayed) { checker.fail("live and replayed: \(line)") }
    }

    private func powerCut() {
        let log = harness.log
        log.cut(keeping: generator.int(0...log.pending.count))
        note("power cut at \(log.durableEnd)")
        let replayed = StateDescription(Harness.recover(log.disk, nil), disk: log.disk)
        let quick = StateDescription(Harness.recover(log.disk, snapshots, fault: fault), disk: log.disk)
        if fault == nil || fault == .savesTooEarly {
            for line in replayed.differences(from: quick) { checker.fail("replayed and from rows: \(line)") }
        }
        epoch += 1
        if generator.oneIn(2) { snapshots = MemorySnapshots() }
        let end = (log.disk.last?.end ?? 1) + (generator.oneIn(2) ? 1_000 : 0)
        let old = harness
        harness = Harness(
            disk: log.disk, saved: snapshots, epoch: epoch, end: end, isImmediate: false, wall: old.wall,
            fault: fault)
        harness.now = old.now
        checker.restart(harness.log)
        listen()
        programOf = [:]
        for program in programs { connect(program) }
    }

    private func connect(_ program: SimulatedClient) {
        let connection = harness.open()
        program.reconnect(connection)
        programOf[connection.peer] = program
        harness.post(
            connection, .hello,
            ControlJSON.encode(Hello(role: "operator", client: "sim", instance: "\(connection.peer)")))
        harness.turn()
    }

    // MARK: Messages

    private func listen() {
        harness.onReceive = { [unowned self] client, frame in received(client, frame) }
        harness.onSend = { [unowned self] client, message, ref in sent(client, message, ref) }
        checker.unwritten = { [unowned self] in harness.unwritten }
        checker.unjournalled = { [unowned self] in unjournalled(by: $0) }
        harness.onTap = { [unowned self] batch in checker.tapped(batch) }
    }

    /// What a group has settled while a full log takes nothing: still in the group, or in the next batch.
    private func unjournalled(by group: String) -> [UInt64] {
        let core = harness.core
        var offsets = core.groups[group]?.settlement.settled ?? []
        let next = StoredBatch(base: core.builderBase, time: 0, bytes: core.builder.bytes, index: core.builder.index)
        next.forEach { _, record in
            guard record.kind == .settlement, record.key.elementsEqual(group.utf8) else { return }
            offsets += SettlementRecord(record.payload)?.settled ?? []
        }
        return offsets
    }

    private func received(_ client: Client, _ frame: [UInt8]) {
        guard let program = programOf[client.peer], program.connection === client,
            let header = try? frame.withUnsafeBytes({ try FrameHeader($0) })
        else { return }
        switch header.type {
        case .settle:
            if let settle = program.settling[header.ref] { checker.received(settle) }
        case .leave:
            checker.left(frame.withUnsafeBytes { $0.u32(at: FrameHeader.byteCount) }, client.session)
        case .goodbye: checker.sessionEnded(client.session)
        default: break
        }
    }

    private func sent(_ client: Client, _ message: Message, _ ref: UInt64) {
        guard let program = programOf[client.peer], program.connection === client else { return }
        switch message {
        case .published(let runs): published(program, runs, ref)
        case .joined(let joined):
            program.joining[ref] = nil
            program.subscriptions[joined.group] = joined.subscription
            checker.joined(joined.subscription, joined.group)
            harness.post(
                client, .credit, Frames.credit(joined.subscription, events: UInt32(generator.int(1...20))))
        case .deliver(let subscription, let deliveries):
            checker.delivered(program, subscription, deliveries)
            guard let group = program.subscriptions.first(where: { $0.value == subscription })?.key else {
                return
            }
            program.held += deliveries.map {
                .init(group: group, subscription: subscription, delivery: $0)
            }
        case .revoked(let subscription, let ids):
            checker.revoked(subscription, ids)
            program.held.removeAll { $0.subscription == subscription && ids.contains($0.delivery.id) }
        case .settled(let result):
            if let settle = program.settling.removeValue(forKey: ref) { checker.settled(result, settle) }
        case .entries(let entries, _):
            if let map = reads.removeValue(forKey: ref) { checker.read(map, entries) }
        case .close: checker.sessionEnded(client.session)
        case .done: if ref == program.firstSequence + UInt64(program.sent) { program.isPaused = false }
        case .failure(let failure):
            let expected = ["session.unknown", "subscription.unknown", "group.unknown"]
            if !expected.contains(failure.code) { checker.fail("\(failure)") }
        default: break
        }
    }

    private func published(_ program: SimulatedClient, _ runs: [PublishRun], _ ref: UInt64) {
        let place = Int(ref - program.firstSequence)
        let count = runs.reduce(0) { $0 + Int($1.count) }
        if runs.first?.status == .refused {
            program.sent = min(program.sent, place)
            guard !program.isPaused else { return }
            program.isPaused = true
            harness.post(program.connection, .resume, ref: ref)
            return
        }
        guard place == 0, count <= program.outbox.count else {
            return checker.fail("publishes answered out of order")
        }
        checker.published(program.connection.session, runs, Array(program.outbox.prefix(count)))
        program.outbox.removeFirst(count)
        program.firstSequence += UInt64(count)
        program.sent -= count
    }

    // MARK: The end

    /// A healthy disk and patient programs: everything must come to an end.
    private func finish() {
        harness.core.publishStop = nil
        harness.log.nextFailure = nil
        harness.log.isImmediate = true
        harness.log.settle(harness.log.pending.count)
        for program in programs {
            checker.sessionEnded(program.connection.session)
            harness.drop(program.connection)
            connect(program)
        }
        let worker = programs[0]
        for name in Simulation.groups.keys.sorted() {
            let ref = harness.post(worker.connection, .join, Frames.join(name, Simulation.groups[name]))
            worker.joining[ref] = name
        }
        for _ in 0..<600 {
            for program in programs { pump(program) }
            for (_, subscription) in worker.subscriptions.sorted(by: { $0.key < $1.key }) {
                let held = worker.held.filter { $0.subscription == subscription }
                let outcomes = held.map { Outcome(delivery: $0.delivery.id, kind: .ack) }
                worker.held.removeAll { $0.subscription == subscription }
                let ref = harness.post(worker.connection, .settle, Frames.settle(subscription, outcomes))
                worker.settling[ref] = .init(
                    held: held, outcomes: outcomes, transaction: 0, writes: [], publishes: [])
                harness.post(worker.connection, .credit, Frames.credit(subscription))
            }
            for program in programs { harness.post(program.connection, .ping) }
            harness.now += 20_000_000
            harness.wall += 20_000_000
            harness.turn()
            if isDone { break }
        }
        harness.turns()
        compare()
        checker.finish()
        for text in harness.garbage { checker.fail(text) }
        if !isDone { checker.fail("it never came to an end") }
    }

    private var isDone: Bool {
        let unsettled = StateDescription(harness.core, disk: harness.log.disk).groups.values.filter {
            group in
            !group.unsettled.isEmpty
        }
        return unsettled.isEmpty && programs.allSatisfy(\.outbox.isEmpty) && programs[0].held.isEmpty
            && harness.core.groups.count >= 3
    }
}
