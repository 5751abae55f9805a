import TestSupport
import Testing
import Wire

@testable import Broker

@Suite struct CallRouterTests {
    private static let ms: UInt64 = 1_000_000

    /// Numbers of the requests among actions, by the session that got them.
    private func requests(_ actions: [CallRouter.Action]) -> [(session: UInt32, number: UInt64)] {
        actions.compactMap { action in
            if case .request(let session, let number, _, _, _) = action { (session, number) } else { nil }
        }
    }

    private func answers(_ actions: [CallRouter.Action]) -> [(ref: UInt64, status: ReplyStatus)] {
        actions.compactMap { action in
            if case .answer(_, let ref, let status, _) = action { (ref, status) } else { nil }
        }
    }

    private func call(
        _ router: inout CallRouter, _ ref: UInt64, deadlineMs: UInt32 = 1_000, now: UInt64 = 0,
        bytes: Int = 0
    ) -> [CallRouter.Action] {
        router.call(
            from: 1, ref: ref, service: "s", deadlineMs: deadlineMs,
            payload: Array(repeating: 7, count: bytes),
            now: now)
    }

    @Test("a call goes to the server with the fewest outstanding ones")
    func leastOutstanding() {
        var router = CallRouter()
        _ = router.serve("s", by: 10, concurrency: 4, now: 0)
        _ = router.serve("s", by: 11, concurrency: 4, now: 0)
        _ = router.serve("s", by: 12, concurrency: 1, now: 0)
        let first = (1...9).map { requests(call(&router, UInt64($0))).first }
        let counts = Dictionary(grouping: first.compactMap { $0?.session }, by: { $0 }).mapValues(
            \.count)
        #expect(counts == [10: 4, 11: 4, 12: 1])
        #expect(requests(call(&router, 10)).isEmpty, "everybody is busy")
        let done =
            first[0].map { router.reply($0.number, by: $0.session, status: .ok, payload: [], now: 0) }
            ?? []
        #expect(
            requests(done).map(\.session) == [first[0]?.session], "the waiting one takes the free place")
    }

    @Test("the caller gets the answer with its own ref, once")
    func answered() {
        var router = CallRouter()
        _ = router.serve("s", by: 10, concurrency: 1, now: 0)
        let number = requests(call(&router, 99)).first?.number ?? 0
        #expect(
            router.reply(number, by: 11, status: .ok, payload: [], now: 0).isEmpty,
            "somebody else's answer")
        let actions = router.reply(number, by: 10, status: .failed, payload: [1, 2], now: 0)
        #expect(actions == [.answer(session: 1, ref: 99, status: .failed, payload: [1, 2])])
        #expect(router.reply(number, by: 10, status: .ok, payload: [], now: 0).isEmpty)
        #expect(router.pendingCount == 0)
    }

    @Test("a request says how much of the deadline is left")
    func remaining() {
        var router = CallRouter()
        #expect(call(&router, 1, deadlineMs: 500, now: 0).isEmpty)
        let actions = router.serve("s", by: 10, concurrency: 1, now: 200 * Self.ms)
        guard case .request(_, _, let left, "s", _) = actions.first else {
            Issue.record("no request")
            return
        }
        #expect(left == 300)
    }

    @Test("a call nobody took is unavailable at its deadline, one that was taken is unknown")
    func deadlines() {
        var router = CallRouter()
        _ = router.serve("s", by: 10, concurrency: 1, now: 0)
        _ = call(&router, 1, deadlineMs: 100)
        _ = call(&router, 2, deadlineMs: 100)
        #expect(router.nextDeadline == 100 * Self.ms)
        #expect(router.tick(now: 99 * Self.ms).isEmpty)
        let ended = answers(router.tick(now: 100 * Self.ms))
        #expect(ended.map(\.ref).sorted() == [1, 2])
        #expect(ended.first { $0.ref == 1 }?.status == .unknown)
        #expect(ended.first { $0.ref == 2 }?.status == .unavailable)
        #expect(router.tick(now: 200 * Self.ms).isEmpty)
    }

    @Test("a server keeps its place taken by a call past its deadline until it answers")
    func overdueKeepsItsPlace() {
        var router = CallRouter()
        _ = router.serve("s", by: 10, concurrency: 1, now: 0)
        let late = requests(call(&router, 1, deadlineMs: 10)).first?.number ?? 0
        _ = router.tick(now: 10 * Self.ms)
        #expect(
            requests(call(&router, 2, now: 20 * Self.ms)).isEmpty, "the server still works on the first")
        let freed = router.reply(late, by: 10, status: .ok, payload: [], now: 30 * Self.ms)
        #expect(answers(freed).isEmpty, "the caller had its answer")
        #expect(requests(freed).map(\.session) == [10])
    }

    @Test("a lost server makes its calls unknown, and none is handed out twice")
    func lostServer() {
        var router = CallRouter()
        _ = router.serve("s", by: 10, concurrency: 1, now: 0)
        _ = call(&router, 1)
        _ = call(&router, 2)
        let ended = router.sessionEnded(10, now: 0)
        #expect(answers(ended).map(\.ref) == [1])
        #expect(answers(ended).map(\.status) == [.unknown])
        let again = requests(router.serve("s", by: 11, concurrency: 5, now: 0))
        #expect(again.count == 1, "only the one that waited")
    }

    @Test("calls of a caller that went away are not handed out and leave room for others")
    func lostCaller() {
        var router = CallRouter()
        for ref in 0..<UInt64(CallRouter.waitingLimit) { _ = call(&router, ref) }
        #expect(answers(call(&router, 9_999)).map(\.status) == [.unavailable], "no more may wait")
        #expect(router.sessionEnded(1, now: 0).isEmpty)
        #expect(call(&router, 10_000).isEmpty, "there is room again")
        #expect(requests(router.serve("s", by: 10, concurrency: 100, now: 0)).count == 1)
    }

    @Test("waiting calls are bounded in bytes")
    func waitingBytes() {
        var router = CallRouter()
        let each = 1 << 20
        for ref in 0..<UInt64(CallRouter.waitingBytesLimit / each) {
            _ = call(&router, ref, bytes: each)
        }
        #expect(answers(call(&router, 777, bytes: each)).map(\.status) == [.unavailable])
        _ = router.tick(now: 1_000 * Self.ms)
        #expect(router.pendingCount == 0)
        #expect(call(&router, 778, now: 1_001 * Self.ms, bytes: each).isEmpty)
    }

    @Test("a short call behind a long one gives its place back at its deadline")
    func shortBehindLong() {
        var router = CallRouter()
        _ = call(&router, 0, deadlineMs: 30_000)
        for ref in 1..<UInt64(CallRouter.waitingLimit) { _ = call(&router, ref, deadlineMs: 1) }
        _ = router.tick(now: 2 * Self.ms)
        #expect(call(&router, 5_000, now: 2 * Self.ms).isEmpty, "all but one have ended")
    }

    @Test(
        "whatever happens a call is handed out at most once and answered exactly once",
        arguments: 1...30)
    func atMostOnce(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        var router = CallRouter()
        var handedOut: Set<UInt64> = []
        /// Requests that a server has not answered.
        var open: [UInt64: UInt32] = [:]
        var answered: [UInt64: Int] = [:]
        var asked: Set<UInt64> = []
        var now: UInt64 = 0
        func take(_ actions: [CallRouter.Action]) {
            for action in actions {
                switch action {
                case .request(let session, let number, _, _, _):
                    #expect(handedOut.insert(number).inserted, "seed \(seed)")
                    open[number] = session
                    #expect(
                        open.values.filter { $0 == session }.count <= 2,
                        "seed \(seed): more than its concurrency")
                case .answer(_, let ref, _, _): answered[ref, default: 0] += 1
                }
            }
        }
        for step: UInt64 in 1...400 {
            now += UInt64(generator.int(0...20)) * Self.ms
            take(router.tick(now: now))
            switch generator.int(0...9) {
            case 0...4:
                asked.insert(step)
                let deadline = UInt32(generator.int(1...200))
                take(
                    router.call(from: 1, ref: step, service: "s", deadlineMs: deadline, payload: [], now: now)
                )
            case 5: take(router.serve("s", by: UInt32(10 + step), concurrency: 2, now: now))
            case 6:
                let server = open.values.sorted().randomElement(using: &generator) ?? 0
                open = open.filter { $0.value != server }
                take(router.sessionEnded(server, now: now))
            default:
                guard let number = open.keys.sorted().randomElement(using: &generator),
                    let server = open.removeValue(forKey: number)
                else { continue }
                take(router.reply(number, by: server, status: .ok, payload: [], now: now))
            }
        }
        take(router.tick(now: now + 1_000 * Self.ms))
        #expect(router.pendingCount == 0, "seed \(seed)")
        #expect(Set(answered.keys) == asked, "seed \(seed)")
        #expect(answered.values.allSatisfy { $0 == 1 }, "seed \(seed)")
    }

    @Test("a server that withdraws is handed nothing more, and answers what it has")
    func withdrawn() {
        var router = CallRouter()
        _ = router.serve("s", by: 10, concurrency: 2, now: 0)
        let number = requests(call(&router, 1)).first?.number ?? 0
        router.unserve("s", by: 10)
        router.unserve("s", by: 11)
        #expect(requests(call(&router, 2)).isEmpty, "it waits for a server")
        #expect(answers(router.reply(number, by: 10, status: .ok, payload: [], now: 0)).map(\.ref) == [1])
        #expect(requests(router.serve("s", by: 12, concurrency: 1, now: 0)).map(\.session) == [12])
    }

    @Test("a server that comes back still has what it took before")
    func withdrawnAndBack() {
        var router = CallRouter()
        _ = router.serve("s", by: 10, concurrency: 2, now: 0)
        let numbers = (1...2).compactMap { requests(call(&router, $0)).first?.number }
        router.unserve("s", by: 10)
        _ = router.serve("s", by: 10, concurrency: 2, now: 0)
        #expect(requests(call(&router, 3)).isEmpty, "both of its places are taken")
        let freed = router.reply(numbers[0], by: 10, status: .ok, payload: [], now: 0)
        #expect(requests(freed).map(\.session) == [10])
        #expect(requests(call(&router, 4)).isEmpty)
    }
}
