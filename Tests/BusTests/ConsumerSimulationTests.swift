import TestSupport
import Testing
import Wire

@testable import Bus

/// Workers that a seed drives, and what they may begin.
private struct SimulatedMember {
    var machine: ConsumerMachine
    var random: SeededGenerator
    var running: [Int: (key: String, delivery: UInt64)] = [:]
    /// Received, and neither acknowledged nor taken back: what must be done before later events of the key.
    var open: [UInt64: (key: String, offset: UInt64)] = [:]
    /// Naked deliveries, until the Broker has answered.
    var naked: [UInt64: [UInt64]] = [:]
    var nakedNow: [UInt64] = []
    var faults: [String] = []
    let workers: Int

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        workers = Int.random(in: 1...6, using: &random)
        machine = ConsumerMachine(options: ConsumeOptions(concurrency: workers, prefetchEvents: 40))
    }

    mutating func begin(_ worker: Int, _ slice: RecordSlice) {
        let delivery = Delivery(slice: slice, consumer: nil, worker: worker)
        if running.values.contains(where: { $0.key == delivery.key }) {
            faults.append("two of \(delivery.key) at once")
        }
        if open[delivery.id] == nil { faults.append("began \(delivery.id), which was taken back or done") }
        if open.values.contains(where: { $0.key == delivery.key && $0.offset < delivery.offset }) {
            faults.append("\(delivery.offset) of \(delivery.key) overtook an earlier one")
        }
        running[worker] = (delivery.key, delivery.id)
    }

    mutating func step(_ worker: Int, _ outcome: WorkerOutcome?) {
        if let work = running[worker], let outcome {
            if outcome == .ack {
                open[work.delivery] = nil
            } else if open[work.delivery] != nil {
                nakedNow.append(work.delivery)
            }
            running[worker] = nil
        }
        switch machine.advance(worker: worker, outcome, now: 0) {
        case .run(let slice): begin(worker, slice)
        case .park: machine.park(worker)
        case .replace: step(worker, nil)
        case .stop: faults.append("stopped")
        }
    }

    mutating func lost(subscription: UInt32) -> Int {
        _ = machine.lost()
        open = [:]
        naked = [:]
        nakedNow = []
        return Int(machine.joined(subscription: subscription, ackWaitMs: 30_000).events)
    }

    mutating func take(_ message: GroupModel.Message) {
        switch message {
        case .deliver(let deliveries):
            for delivery in deliveries { open[delivery.id] = (delivery.key, delivery.offset) }
            if !machine.deliver(deliverFrame(deliveries), now: 0) { faults.append("refused a frame") }
        case .revoked(let deliveries):
            for delivery in deliveries { open[delivery] = nil }
            _ = machine.revoked(deliveries)
        case .settled(let ref):
            for delivery in naked.removeValue(forKey: ref) ?? [] { open[delivery] = nil }
            machine.settled(ref)
        }
        for (worker, slice) in machine.assign(now: 0) { begin(worker, slice) }
    }

    mutating func work() {
        for worker in 0..<workers where !machine.parked.contains(worker) {
            guard running[worker] != nil else {
                step(worker, nil)
                continue
            }
            guard random.oneIn(2) else { continue }
            step(worker, random.oneIn(8) ? .nak(delay: 0, reason: "again") : .ack)
        }
    }

    mutating func flush(_ ref: UInt64, to model: inout GroupModel) throws {
        let flush = machine.flush(session: 7, ref: ref)
        if let settle = flush.settle {
            naked[ref] = nakedNow
            nakedNow = []
            model.settle(ref, try outcomes(of: settle))
        }
        if let credit = flush.credit { model.credit += Int(credit.events) }
    }
}

@Suite struct ConsumerSimulationTests {
    @Test(arguments: 1...60 as ClosedRange<UInt64>)
    func `across naks, revocations and lost sessions every key is handled in order and to the end`(seed: UInt64) throws
    {
        var member = SimulatedMember(seed: seed)
        var random = SeededGenerator(seed: ~seed)
        var model = GroupModel(keys: (0..<400).map { _ in "key-\(Int.random(in: 0..<12, using: &random))" })
        var subscription: UInt32 = 0
        var steps: UInt64 = 0

        while !model.isDone, steps < 50_000, member.faults.isEmpty {
            steps += 1
            let isCalm = steps > 2_000
            if subscription == 0 || (!isCalm && random.oneIn(60)) {
                subscription += 1
                model.reconnect(credit: member.lost(subscription: subscription))
            }
            model.deliver(atMost: Int.random(in: 0...10, using: &random))
            if !isCalm, random.oneIn(25) { model.expire(&random) }
            while random.oneIn(2), let message = model.takeMessage() { member.take(message) }
            member.work()
            if random.oneIn(2) { try member.flush(steps, to: &model) }
        }
        #expect(member.faults.isEmpty, "seed \(seed)")
        #expect(model.overtakings == 0, "seed \(seed)")
        #expect(model.isDone, "seed \(seed): \(model.open) events are left after \(steps) steps")
    }
}
