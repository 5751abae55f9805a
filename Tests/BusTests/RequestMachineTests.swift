import Testing
import Wire

@testable import Bus

@Suite struct RequestMachineTests {
    typealias Machine = RequestMachine<Int>

    private func machine(limit: Int = 10, session: UInt32 = 7) -> Machine {
        var machine = Machine(limit: limit)
        if session != 0 { machine.connected(session: session, maxFrameBytes: 1_000) }
        return machine
    }

    private func frame(_ type: FrameType = .read) -> [UInt8] {
        [UInt8](FrameHeader(type, session: 0, ref: 1), body: [0xFF, 0xFF, 0xFF, 0xFF])
    }

    private func sent(_ machine: inout Machine, now: UInt64 = 0) -> [[UInt8]] {
        var late: [Machine.Completion] = []
        var frames: [[UInt8]] = []
        while let frame = machine.next(now: now, completions: &late) { frames.append(frame) }
        return frames
    }

    private func error(_ completion: Machine.Completion?) -> BusError? {
        if case .failed(let error)? = completion?.answer { error } else { nil }
    }

    @Test func `a request carries the session in which it is sent`() throws {
        var machine = machine(session: 0)
        #expect(machine.enqueue(1, frame(), policy: .resend, deadline: 100, waiter: 1) == nil)
        #expect(sent(&machine).isEmpty)
        machine.connected(session: 9, maxFrameBytes: 1_000)
        #expect(try sent(&machine).map { try header(of: $0).session } == [9])
        #expect(machine.answered(1, .frame(.done, []))?.waiter == 1)
        #expect(machine.answered(1, .frame(.done, [])) == nil)
    }

    @Test func `a call carries the time that is left of its deadline`() {
        var machine = machine()
        #expect(machine.enqueue(1, frame(.call), policy: .call, deadline: 1_000 * milliseconds, waiter: 1) == nil)
        let frames = sent(&machine, now: 400 * milliseconds)
        #expect(frames[0].withUnsafeBytes { $0.u32(at: FrameHeader.byteCount) } == 600)
    }

    @Test func `a call never asks for more time than its caller did, however old the owner's clock is`() {
        var machine = machine()
        var call = frame(.call)
        call.set(u32: 1_000, at: FrameHeader.byteCount)
        #expect(machine.enqueue(1, call, policy: .call, deadline: 1_001 * milliseconds, waiter: 1) == nil)
        let frames = sent(&machine, now: 0)
        #expect(frames[0].withUnsafeBytes { $0.u32(at: FrameHeader.byteCount) } == 1_000)
    }

    @Test func `a lost session ends sent calls as unknown, keeps unsent ones and repeats what is harmless`() {
        var machine = machine()
        let policies: [(UInt64, RequestPolicy)] = [(1, .call), (2, .once), (3, .resend), (4, .session(7))]
        for (ref, policy) in policies {
            #expect(machine.enqueue(ref, frame(), policy: policy, deadline: .max, waiter: Int(ref)) == nil)
        }
        #expect(sent(&machine).count == 4)
        #expect(machine.enqueue(5, frame(.call), policy: .call, deadline: .max, waiter: 5) == nil)
        let ended = Dictionary(uniqueKeysWithValues: machine.lost().map { ($0.waiter, error($0)) })
        #expect(ended == [1: .outcomeUnknown, 2: .outcomeUnknown, 4: .fenced])
        machine.connected(session: 8, maxFrameBytes: 1_000)
        #expect(sent(&machine).count == 2)
    }

    @Test func `a request that means something in one session only is not sent in another`() {
        var machine = machine(session: 8)
        #expect(machine.enqueue(1, frame(), policy: .session(7), deadline: .max, waiter: 1) == .fenced)
    }

    @Test(arguments: [
        (RequestPolicy.call, false, BusError.unavailable), (.resend, true, .timedOut),
        (.once, true, .outcomeUnknown), (.once, false, .timedOut),
    ])
    func `a request out of time says whether it may have happened`(
        policy: RequestPolicy, isSent: Bool, expected: BusError
    ) {
        var machine = machine(session: isSent ? 7 : 0)
        #expect(machine.enqueue(1, frame(), policy: policy, deadline: 50, waiter: 1) == nil)
        _ = sent(&machine)
        #expect(machine.nextDeadline == 50)
        #expect(machine.expire(now: 49).isEmpty)
        #expect(machine.expire(now: 50).map { error($0) } == [expected])
        #expect(machine.nextDeadline == .max)
        #expect(machine.isIdle)
    }

    @Test func `a sent call waits beyond its deadline for the word of the Broker`() {
        var machine = machine()
        #expect(machine.enqueue(1, frame(.call), policy: .call, deadline: 50, waiter: 1) == nil)
        _ = sent(&machine)
        #expect(machine.expire(now: 50).isEmpty)
        let late = 50 + BusLimits.answerGrace.nanoseconds
        #expect(machine.nextDeadline == late)
        #expect(machine.expire(now: late).map { error($0) } == [.outcomeUnknown])
    }

    @Test func `more than the limit is not taken, and cancelled requests leave nothing behind`() {
        var machine = machine(limit: 2, session: 0)
        for ref in 0..<100 as Range<UInt64> {
            #expect(machine.enqueue(ref, frame(), policy: .once, deadline: .max, waiter: 1) == nil)
            #expect(error(machine.cancel(ref)) == .cancelled)
        }
        for ref in 100..<102 as Range<UInt64> {
            #expect(machine.enqueue(ref, frame(), policy: .once, deadline: .max, waiter: 1) == nil)
        }
        #expect(machine.enqueue(102, frame(), policy: .once, deadline: .max, waiter: 1) == .tooManyPending(limit: 2))
        machine.connected(session: 1, maxFrameBytes: 1_000)
        #expect(sent(&machine).count == 2)
    }

    @Test func `a frame that the Broker would not take is rejected before it is sent`() {
        var machine = machine()
        machine.connected(session: 7, maxFrameBytes: 10)
        #expect(machine.enqueue(1, frame(), policy: .resend, deadline: .max, waiter: 1) == nil)
        var late: [Machine.Completion] = []
        #expect(machine.next(now: 0, completions: &late) == nil)
        #expect(error(late.first)?.code == "wire.too_large")
    }

    @Test func `closing ends every waiter`() {
        var machine = machine()
        #expect(machine.enqueue(1, frame(), policy: .call, deadline: .max, waiter: 1) == nil)
        _ = sent(&machine)
        #expect(machine.enqueue(2, frame(), policy: .call, deadline: .max, waiter: 2) == nil)
        let ended = Dictionary(uniqueKeysWithValues: machine.close().map { ($0.waiter, error($0)) })
        #expect(ended == [1: .outcomeUnknown, 2: .closed])
        #expect(machine.enqueue(3, frame(), policy: .call, deadline: .max, waiter: 3) == .closed)
    }

    @Test(arguments: [FrameReference.publish(77), .request, .consumer(5), .server(6)])
    func `a reference says whom its answer is for`(reference: FrameReference) {
        let ref =
            switch reference {
            case .publish(let sequence): sequence
            case .request: FrameReference.ref(ofRequest: 9)
            case .consumer(let number): FrameReference.ref(ofConsumer: number, .max)
            case .server(let number): FrameReference.ref(ofServer: number)
            }
        #expect(FrameReference(ref) == reference)
    }
}
