import Testing
import Wire

@testable import Bus

@Suite struct ConsumerMachineTests {
    private let ackWaitMs = 10_000

    private func machine(concurrency: Int = 2, prefetch: Int = 8) -> ConsumerMachine {
        var machine = ConsumerMachine(options: ConsumeOptions(concurrency: concurrency, prefetchEvents: prefetch))
        #expect(machine.joined(subscription: 1, ackWaitMs: ackWaitMs).events == UInt32(prefetch))
        return machine
    }

    /// The id of the event that the worker gets next, or nil.
    private func next(
        _ machine: inout ConsumerMachine, _ worker: Int, _ outcome: WorkerOutcome? = nil, now: UInt64 = 0
    ) -> String? {
        guard case .run(let slice) = machine.advance(worker: worker, outcome, now: now) else { return nil }
        return slice.id
    }

    private func deliver(_ frame: [UInt8], to machine: inout ConsumerMachine) {
        let isWhole = machine.deliver(frame, now: 0)
        #expect(isWhole)
    }

    private func sent(_ machine: inout ConsumerMachine, ref: UInt64 = 5) throws -> [Outcome] {
        try machine.flush(session: 7, ref: ref).settle.map { try outcomes(of: $0) } ?? []
    }

    @Test func `a key has one delivery at work, other keys go to other workers`() {
        var machine = machine()
        deliver(deliverFrame([(1, 10, "a"), (2, 11, "a"), (3, 12, "b")]), to: &machine)
        #expect(next(&machine, 0) == "/test\n10")
        #expect(next(&machine, 1) == "/test\n12")
        #expect(next(&machine, 1, .ack) == nil)
        #expect(next(&machine, 0, .ack) == "/test\n11")
    }

    @Test func `waiting workers are handed what arrives`() {
        var machine = machine()
        #expect(next(&machine, 0) == nil)
        machine.park(0)
        #expect(next(&machine, 1) == nil)
        machine.park(1)
        deliver(deliverFrame([(1, 10, "a"), (2, 11, "a")]), to: &machine)
        #expect(machine.assign(now: 0).map(\.worker) == [1])
        #expect(machine.parked == [0])
    }

    @Test func `acknowledgements are gathered into one frame`() throws {
        var machine = machine()
        deliver(deliverFrame([(1, 10, "a"), (2, 11, "b"), (3, 12, "c")]), to: &machine)
        _ = next(&machine, 0)
        _ = next(&machine, 0, .ack)
        _ = next(&machine, 0, .term(reason: "bad"))
        _ = next(&machine, 0, .nak(delay: 30, reason: "later"))
        #expect(
            try sent(&machine) == [
                Outcome(delivery: 1, kind: .ack), Outcome(delivery: 2, kind: .term, reason: "bad"),
                Outcome(delivery: 3, kind: .nak, delay: 30, reason: "later"),
            ])
        #expect(try sent(&machine).isEmpty)
    }

    @Test func `after a nak nothing of its key runs until the Broker has answered it`() {
        var machine = machine()
        deliver(deliverFrame([(1, 10, "a"), (2, 11, "a"), (3, 12, "b")]), to: &machine)
        #expect(next(&machine, 0) == "/test\n10")
        #expect(next(&machine, 0, .nak(delay: 0, reason: "")) == "/test\n12")
        deliver(deliverFrame([(4, 13, "a")]), to: &machine)
        #expect(next(&machine, 0, .ack) == nil)
        _ = machine.flush(session: 7, ref: 5)
        #expect(machine.revoked([2]).isEmpty)
        machine.settled(5)
        #expect(next(&machine, 0) == "/test\n13")
    }

    @Test func `what is taken back is dropped unseen, and a running handler cancelled and not heard`() throws {
        var machine = machine()
        deliver(deliverFrame([(1, 10, "a"), (2, 11, "a"), (3, 12, "b")]), to: &machine)
        #expect(next(&machine, 0) == "/test\n10")
        #expect(machine.revoked([1, 2]) == [0])
        deliver(deliverFrame([(4, 10, "a")]), to: &machine)
        #expect(next(&machine, 1) == "/test\n12")
        #expect(next(&machine, 1, .ack) == nil, "the key waits for the cancelled handler")
        guard case .replace = machine.advance(worker: 0, .ack, now: 0) else { return #expect(Bool(false)) }
        #expect(try sent(&machine) == [Outcome(delivery: 3, kind: .ack)])
        #expect(next(&machine, 0) == "/test\n10")
    }

    @Test func `a lost session drops what waits and cancels what runs`() throws {
        var machine = machine()
        deliver(deliverFrame([(1, 10, "a"), (2, 11, "b"), (3, 12, "c")]), to: &machine)
        _ = next(&machine, 0)
        #expect(next(&machine, 1) == "/test\n11")
        #expect(next(&machine, 1, .ack) == "/test\n12")
        #expect(machine.lost() == [0, 1])
        _ = machine.joined(subscription: 2, ackWaitMs: ackWaitMs)
        guard case .replace = machine.advance(worker: 0, .ack, now: 0) else { return #expect(Bool(false)) }
        #expect(machine.flush(session: 8, ref: 1).settle == nil)
        #expect(machine.held == 0)
    }

    @Test func `credit is given back when half is used`() {
        var machine = machine(concurrency: 1, prefetch: 4)
        deliver(deliverFrame([(1, 10, "a"), (2, 11, "a"), (3, 12, "a")]), to: &machine)
        _ = next(&machine, 0)
        _ = next(&machine, 0, .ack)
        #expect(machine.flush(session: 7, ref: 5).credit == nil)
        _ = next(&machine, 0, .ack)
        #expect(machine.isUrgent)
        #expect(machine.flush(session: 7, ref: 6).credit?.events == 2)
        #expect(machine.flush(session: 7, ref: 7).credit == nil)
    }

    @Test func `a waiting delivery is kept alive, a running handler cancelled after four fifths of ack_wait`() throws {
        var machine = machine(concurrency: 1)
        deliver(deliverFrame([(1, 10, "a"), (2, 11, "a"), (3, 12, "b")]), to: &machine)
        _ = next(&machine, 0)
        #expect(machine.tick(now: 6_000 * milliseconds).isEmpty)
        #expect(try sent(&machine) == [Outcome(delivery: 3, kind: .inProgress)])
        #expect(machine.tick(now: 7_900 * milliseconds).isEmpty)
        #expect(machine.tick(now: 9_200 * milliseconds) == [0])
        #expect(machine.tick(now: 12_000 * milliseconds).isEmpty, "cancelled once")
    }

    @Test func `in_progress starts the time of a handler anew`() throws {
        var machine = machine(concurrency: 1)
        deliver(deliverFrame([(1, 10, "a")]), to: &machine)
        _ = next(&machine, 0)
        machine.extend(worker: 0, delivery: 1, now: 7_000 * milliseconds)
        #expect(try sent(&machine) == [Outcome(delivery: 1, kind: .inProgress)])
        #expect(machine.tick(now: 9_000 * milliseconds).isEmpty)
        #expect(machine.tick(now: 15_100 * milliseconds) == [0])
        machine.extend(worker: 0, delivery: 99, now: 16_000 * milliseconds)
        #expect(try sent(&machine).isEmpty, "of another delivery")
    }

    @Test func `a delivery that waited long starts with a fresh ack_wait at the Broker`() throws {
        var machine = machine(concurrency: 1)
        deliver(deliverFrame([(1, 10, "a")]), to: &machine)
        #expect(next(&machine, 0, now: 3_000 * milliseconds) == "/test\n10")
        #expect(try sent(&machine) == [Outcome(delivery: 1, kind: .inProgress)])
    }

    @Test func `stopping drops what waits and lets what runs finish`() throws {
        var machine = machine()
        deliver(deliverFrame([(1, 10, "a"), (2, 11, "a")]), to: &machine)
        #expect(next(&machine, 1) == "/test\n10")
        #expect(next(&machine, 0) == nil)
        machine.park(0)
        #expect(machine.stop() == [0])
        guard case .stop = machine.advance(worker: 1, .ack, now: 0) else { return #expect(Bool(false)) }
        #expect(try sent(&machine) == [Outcome(delivery: 1, kind: .ack)])
        #expect(machine.unanswered == 1)
        machine.settled(5)
        #expect(machine.unanswered == 0)
    }

    @Test func `a truncated frame is refused`() {
        var machine = machine()
        var frame = deliverFrame([(1, 10, "a")])
        frame.removeLast()
        let isWhole = machine.deliver(frame, now: 0)
        #expect(!isWhole)
        let hasHead = machine.deliver(Array(frame.prefix(20)), now: 0)
        #expect(!hasHead)
    }

    @Test func `memory of idle keys is given back`() {
        var machine = machine(concurrency: 1, prefetch: 100)
        for number in 0..<20_000 as Range<UInt64> {
            deliver(deliverFrame([(number, number, "key-\(number)")]), to: &machine)
            #expect(next(&machine, 0) != nil)
            _ = machine.advance(worker: 0, .ack, now: 0)
        }
        #expect(machine.lanes.count <= ConsumerMachine.idleLanes + 102)
    }
}
