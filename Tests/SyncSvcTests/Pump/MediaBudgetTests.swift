import Testing
import TwilioREST

@testable import SyncSvc

@Suite(.timeLimit(.minutes(1)))
struct MediaBudgetTests {
    @Test("Never more than the limit is held; who asked first goes first; one that is larger than all goes alone")
    func ledger() {
        var ledger = MediaLedger(bytes: 100, maxWaiting: 2)
        #expect(ledger.ask(60) == .go)
        #expect(ledger.ask(60) == .wait(number: 1))
        #expect(ledger.ask(10) == .wait(number: 2), "behind the other one, though there would be room")
        #expect(ledger.ask(1) == .full)
        #expect(ledger.end(60) == [1, 2])
        #expect(ledger.held == 70)
        #expect(ledger.ask(1_000) == .wait(number: 3))
        #expect(ledger.end(60) == [] && ledger.end(10) == [3])
        #expect(ledger.held == 100)
        #expect(ledger.end(1_000) == [] && ledger.held == 0)
    }

    @Test("Who gives up lets those behind him go")
    func leaving() {
        var ledger = MediaLedger(bytes: 100, maxWaiting: 9)
        _ = ledger.ask(60)
        #expect(ledger.ask(80) == .wait(number: 1))
        #expect(ledger.ask(40) == .wait(number: 2))
        #expect(ledger.leave(1) == [2])
        #expect(ledger.leave(1) == nil && ledger.leave(2) == nil)
        #expect(ledger.held == 100 && ledger.waiting == 0)
    }

    @Test("Many at once stay within the limit, and everybody gets through")
    func many() async throws {
        let budget = MediaBudget(bytes: 100)
        let most = try await withThrowingTaskGroup(of: Int.self) { group in
            for size in 1...60 {
                group.addTask {
                    try await budget.hold(size) { () async throws(TwilioError) in
                        await Task.yield()
                        return budget.held
                    }
                }
            }
            return try await group.reduce(0, max)
        }
        #expect(most <= 100 && budget.held == 0)
    }

    @Test("Who finds no room in time is told, and holds nothing")
    func patience() async throws {
        let budget = MediaBudget(bytes: 10, patience: .milliseconds(20))
        await #expect(throws: TwilioError.overloaded(limit: MediaBudget.maxWaiting)) {
            try await budget.hold(10) { () async throws(TwilioError) in
                try await budget.hold(1) { () async throws(TwilioError) in }
            }
        }
        #expect(budget.held == 0)
    }
}
