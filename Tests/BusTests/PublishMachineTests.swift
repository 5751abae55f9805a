import Testing
import Wire

@testable import Bus

@Suite struct PublishMachineTests {
    typealias Machine = PublishMachine<Int>

    private func machine(
        maxPending: Int = 1_000, timeout: Duration? = nil, policy: BusConfiguration.UnackedPolicy = .resend,
        connected: Bool = true, limits: Welcome.Limits = limits(), gatheringEvents: Int = 0
    ) -> Machine {
        var machine = Machine(
            maxPending: maxPending, timeout: timeout, policy: policy, gatheringEvents: gatheringEvents)
        if connected { machine.connected(session: 7, limits: limits) }
        return machine
    }

    private func enqueue(_ numbers: Range<Int>, in machine: inout Machine, now: UInt64 = 0) {
        for number in numbers {
            #expect(machine.enqueue(event(number), ticket: UInt64(number), waiter: number, now: now) == nil)
        }
    }

    private func frames(_ machine: inout Machine, now: UInt64 = 0) -> [[UInt8]] {
        var completions: [Machine.Completion] = []
        var frames: [[UInt8]] = []
        while case .publish(let frame)? = machine.next(now: now, completions: &completions) { frames.append(frame) }
        #expect(completions.isEmpty)
        return frames
    }

    private func answer(_ machine: inout Machine, _ sequence: UInt64, _ runs: [PublishRun], now: UInt64 = 0) -> [Machine
        .Completion]
    {
        var completions: [Machine.Completion] = []
        let isExpected = machine.answered(sequence, runs, now: now, jitter: 0, completions: &completions)
        #expect(isExpected)
        return completions
    }

    private func stored(_ offset: UInt64) -> PublishOutcome { .stored(PublishReceipt(offset: offset)) }

    @Test func `whatever waits leaves in one frame, in the order of the calls`() throws {
        var machine = machine()
        enqueue(0..<3, in: &machine)
        let frames = frames(&machine)
        #expect(frames.count == 1)
        #expect(ids(ofPublish: frames[0]) == ["/test\n0", "/test\n1", "/test\n2"])
        #expect(try header(of: frames[0]) == FrameHeader(.publish, session: 7, ref: 1))
    }

    @Test func `while a frame is unanswered, a few events gather and many leave`() {
        var machine = machine(gatheringEvents: 3)
        #expect(!machine.isGathering)
        enqueue(0..<1, in: &machine)
        #expect(frames(&machine).count == 1)
        enqueue(1..<3, in: &machine)
        #expect(machine.isGathering)
        #expect(frames(&machine).isEmpty)
        enqueue(3..<4, in: &machine)
        #expect(!machine.isGathering)
        #expect(frames(&machine).map { ids(ofPublish: $0).count } == [3])
        enqueue(4..<5, in: &machine)
        #expect(frames(&machine).isEmpty)
        _ = answer(&machine, 1, [PublishRun(status: .accepted, count: 1, offset: 0)])
        #expect(frames(&machine).isEmpty, "another frame is unanswered")
        _ = answer(&machine, 2, [PublishRun(status: .accepted, count: 3, offset: 1)])
        #expect(frames(&machine).map(ids) == [["/test\n4"]])
    }

    @Test func `every run of an answer finds its waiters`() {
        var machine = machine()
        enqueue(0..<5, in: &machine)
        _ = frames(&machine)
        let completions = answer(
            &machine, 1,
            [
                PublishRun(status: .accepted, count: 2, offset: 40),
                PublishRun(status: .duplicate, count: 1, offset: 9),
                PublishRun(status: .conflict, count: 1, offset: 8),
                PublishRun(status: .rejected, count: 1, offset: 0, reason: "event.topic: bad topic"),
            ])
        #expect(completions.map(\.waiter) == [0, 1, 2, 3, 4])
        #expect(completions[0].outcome == stored(40))
        #expect(completions[1].outcome == stored(41))
        #expect(completions[2].outcome == .stored(PublishReceipt(offset: 9, isDuplicate: true)))
        #expect(completions[3].outcome == .failed(.conflict(offset: 8)))
        let failure = Failure(code: "event.topic", message: "bad topic", retryable: false)
        #expect(completions[4].outcome == .failed(.rejected(failure)))
        #expect(machine.isIdle)
    }

    @Test func `nothing is sent beyond the window of the welcome`() {
        var machine = machine(limits: limits(events: 4))
        enqueue(0..<3, in: &machine)
        #expect(frames(&machine).count == 1)
        enqueue(3..<6, in: &machine)
        #expect(frames(&machine).isEmpty)
        _ = answer(&machine, 1, [PublishRun(status: .accepted, count: 3, offset: 0)])
        #expect(frames(&machine).map(ids) == [["/test\n3", "/test\n4", "/test\n5"]])
    }

    @Test func `a chunk that is larger than the window is split`() {
        var machine = machine(connected: false)
        enqueue(0..<10, in: &machine)
        machine.connected(session: 8, limits: limits(events: 4))
        #expect(frames(&machine).map { ids(ofPublish: $0).count } == [4])
        _ = answer(&machine, 1, [PublishRun(status: .accepted, count: 4, offset: 0)])
        #expect(frames(&machine).map { ids(ofPublish: $0).count } == [4])
        _ = answer(&machine, 5, [PublishRun(status: .accepted, count: 4, offset: 4)])
        #expect(frames(&machine).map(ids) == [["/test\n8", "/test\n9"]])
    }

    @Test func `an event that no frame can hold is rejected alone`() {
        var machine = machine(connected: false)
        #expect(machine.enqueue(event(0, bytes: 5_000), ticket: 0, waiter: 0, now: 0) == nil)
        enqueue(1..<2, in: &machine)
        machine.connected(session: 8, limits: limits(bytes: 1_000))
        var completions: [Machine.Completion] = []
        guard case .publish(let frame)? = machine.next(now: 0, completions: &completions) else {
            return #expect(Bool(false))
        }
        #expect(ids(ofPublish: frame) == ["/test\n1"])
        #expect(completions.map(\.waiter) == [0])
    }

    @Test func `unanswered events are sent again in order and before new ones`() throws {
        var machine = machine()
        enqueue(0..<2, in: &machine)
        _ = frames(&machine)
        enqueue(2..<4, in: &machine)
        _ = frames(&machine)
        #expect(machine.lost("gone").isEmpty)
        enqueue(4..<5, in: &machine)
        #expect(frames(&machine).isEmpty)
        machine.connected(session: 9, limits: limits())
        let again = frames(&machine)
        #expect(again.flatMap(ids) == (0..<5).map { "/test\n\($0)" })
        #expect(try again.map { try header(of: $0).ref } == [1, 3, 5])
        #expect(try header(of: again[0]).session == 9)
    }

    @Test func `after a refusal everything waits, resumes and is sent again in order`() {
        var machine = machine()
        enqueue(0..<3, in: &machine)
        _ = frames(&machine)
        enqueue(3..<5, in: &machine)
        _ = frames(&machine)
        let first = answer(
            &machine, 1,
            [
                PublishRun(status: .accepted, count: 1, offset: 0),
                PublishRun(status: .refused, count: 2, offset: 0, reason: "journal.full: full"),
            ])
        #expect(first.map(\.waiter) == [0])
        enqueue(5..<6, in: &machine)
        #expect(frames(&machine).isEmpty, "the answer to the second frame is still under way")
        #expect(answer(&machine, 4, [PublishRun(status: .refused, count: 2, offset: 0)]).isEmpty)
        var completions: [Machine.Completion] = []
        #expect(machine.next(now: 0, completions: &completions) == nil, "waits before it tries again")
        let due = machine.nextDeadline
        guard case .resume(2)? = machine.next(now: due, completions: &completions) else { return #expect(Bool(false)) }
        #expect(frames(&machine, now: due).flatMap(ids) == (1..<6).map { "/test\n\($0)" })
    }

    @Test func `the policy fail ends everything at a refusal and sends nothing again`() {
        var machine = machine(policy: .fail)
        enqueue(0..<2, in: &machine)
        _ = frames(&machine)
        enqueue(2..<3, in: &machine)
        let completions = answer(
            &machine, 1, [PublishRun(status: .refused, count: 2, offset: 0, reason: "journal.full: full")])
        #expect(completions.map(\.waiter) == [0, 1, 2])
        let failure = Failure(code: "journal.full", message: "full", retryable: true)
        #expect(completions.allSatisfy { $0.outcome == .failed(.refused(failure)) })
        #expect(machine.isIdle)
        enqueue(3..<4, in: &machine)
        var sent: [Machine.Completion] = []
        guard case .resume(1)? = machine.next(now: 0, completions: &sent) else { return #expect(Bool(false)) }
        #expect(frames(&machine).flatMap(ids) == ["/test\n3"])
    }

    @Test func `the policy fail ends everything when the session is lost`() {
        var machine = machine(policy: .fail)
        enqueue(0..<1, in: &machine)
        _ = frames(&machine)
        enqueue(1..<2, in: &machine)
        let completions = machine.lost("gone")
        #expect(completions.map(\.outcome) == [.failed(.outcomeUnknown), .failed(.notConnected(lastError: "gone"))])
        #expect(machine.enqueue(event(2), ticket: 2, waiter: 2, now: 0) == .notConnected(lastError: "gone"))
    }

    @Test func `cancelling takes an unsent event out and only forgets who waits for a sent one`() {
        var machine = machine()
        enqueue(0..<1, in: &machine)
        _ = frames(&machine)
        enqueue(1..<4, in: &machine)
        #expect(machine.cancel(tickets: 0..<1).map(\.outcome) == [.failed(.outcomeUnknown)])
        #expect(machine.cancel(tickets: 2..<3).map(\.outcome) == [.failed(.cancelled)])
        #expect(machine.cancel(tickets: 2..<3).isEmpty)
        #expect(frames(&machine).flatMap(ids) == ["/test\n1", "/test\n3"])
        #expect(answer(&machine, 1, [PublishRun(status: .accepted, count: 1, offset: 0)]).isEmpty)
        #expect(answer(&machine, 2, [PublishRun(status: .accepted, count: 2, offset: 1)]).map(\.waiter) == [1, 3])
        #expect(machine.cancel(tickets: 1..<2).isEmpty)
        #expect(machine.isIdle)
    }

    @Test func `an event out of time ends as unknown when it was sent, else as timed out`() {
        var machine = machine(timeout: .seconds(1), limits: limits(events: 1))
        enqueue(0..<1, in: &machine)
        _ = frames(&machine)
        enqueue(1..<2, in: &machine, now: 500 * milliseconds)
        #expect(machine.nextDeadline == 1_000 * milliseconds)
        #expect(machine.expire(now: 999 * milliseconds).isEmpty)
        #expect(machine.expire(now: 1_000 * milliseconds).map(\.outcome) == [.failed(.outcomeUnknown)])
        #expect(machine.expire(now: 1_500 * milliseconds).map(\.outcome) == [.failed(.timedOut)])
        #expect(machine.nextDeadline == .max)
    }

    @Test(arguments: [false, true])
    func `an event that was sent in an earlier session stays unknown when a later one refuses it`(isLate: Bool) {
        var machine = machine(timeout: .seconds(1))
        enqueue(0..<2, in: &machine)
        _ = frames(&machine)
        #expect(machine.lost("gone").isEmpty)
        machine.connected(session: 8, limits: limits())
        #expect(frames(&machine).map(ids) == [["/test\n0", "/test\n1"]])
        #expect(answer(&machine, 1, [PublishRun(status: .refused, count: 2, offset: 0)]).isEmpty)
        enqueue(2..<3, in: &machine)
        let completions = isLate ? machine.expire(now: 1_000 * milliseconds) : machine.cancel(tickets: 0..<3)
        #expect(completions.map(\.waiter) == [0, 1, 2])
        #expect(
            completions.map(\.outcome)
                == [.failed(.outcomeUnknown), .failed(.outcomeUnknown), .failed(isLate ? .timedOut : .cancelled)])
        #expect(!machine.isIdle, "what may be stored is sent again, so that it is in its place")
    }

    @Test func `an event that was only ever refused is not stored`() {
        var machine = machine()
        enqueue(0..<2, in: &machine)
        _ = frames(&machine)
        #expect(answer(&machine, 1, [PublishRun(status: .refused, count: 2, offset: 0)]).isEmpty)
        #expect(machine.cancel(tickets: 0..<2).map(\.outcome) == [.failed(.cancelled), .failed(.cancelled)])
        #expect(machine.isIdle && machine.pendingBytes == 0)
    }

    @Test(arguments: [false, true])
    func `giving up many events takes time in proportion to their number`(isLate: Bool) {
        var machine = machine(maxPending: 60_000, timeout: .seconds(1), connected: false)
        enqueue(0..<60_000, in: &machine)
        let elapsed = ContinuousClock().measure {
            let completions = isLate ? machine.expire(now: .max - 1) : machine.cancel(tickets: 0..<60_000)
            #expect(completions.map(\.waiter) == Array(0..<60_000))
        }
        #expect(machine.isIdle && machine.pendingBytes == 0)
        #expect(elapsed < .seconds(5), "one pass takes a fraction of a second, one for each event takes minutes")
    }

    @Test func `what stays when events among it are given up leaves whole and in order`() {
        var machine = machine(connected: false)
        for number in 0..<100 {
            let error = machine.enqueue(
                event(number, bytes: number * 7 % 50), ticket: UInt64(number), waiter: number, now: 0)
            #expect(error == nil)
        }
        #expect(machine.cancel(tickets: 0..<10).count + machine.cancel(tickets: 40..<97).count == 67)
        machine.connected(session: 7, limits: limits())
        let frame = frames(&machine)
        #expect(frame.flatMap(ids) == (Array(10..<40) + Array(97..<100)).map { "/test\n\($0)" })
        #expect(machine.pendingBytes == frame.reduce(0) { $0 + $1.count - Machine.Chunk.headBytes })
    }

    @Test func `more than the limit is not taken`() {
        var machine = machine(maxPending: 2, connected: false)
        enqueue(0..<2, in: &machine)
        #expect(machine.enqueue(event(2), ticket: 2, waiter: 2, now: 0) == .tooManyPending(limit: 2))
    }

    @Test(arguments: [("", "k", "event.topic"), ("t", String(repeating: "k", count: 513), "event.key")])
    func `a malformed event is rejected before it is queued`(topic: String, key: String, code: String) {
        var machine = machine()
        let bad = OutgoingEvent(topic: topic, key: key, id: "", document: [])
        #expect(machine.enqueue(bad, ticket: 0, waiter: 0, now: 0)?.code == code)
        #expect(machine.isIdle)
    }

    @Test func `an answer to nothing that was sent shows that the session is out of step`() {
        var machine = machine()
        enqueue(0..<2, in: &machine)
        _ = frames(&machine)
        var completions: [Machine.Completion] = []
        #expect(!machine.answered(2, [], now: 0, jitter: 0, completions: &completions))
        let short = [PublishRun(status: .accepted, count: 1, offset: 0)]
        #expect(!machine.answered(1, short, now: 0, jitter: 0, completions: &completions))
    }

    @Test func `closing ends every waiter once`() {
        var machine = machine()
        enqueue(0..<1, in: &machine)
        _ = frames(&machine)
        enqueue(1..<2, in: &machine)
        #expect(machine.close().map(\.outcome) == [.failed(.outcomeUnknown), .failed(.closed)])
        #expect(machine.enqueue(event(3), ticket: 3, waiter: 3, now: 0) == .closed)
    }
}
