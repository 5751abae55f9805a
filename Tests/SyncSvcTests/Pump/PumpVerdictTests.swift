import Testing
import TwilioREST

@testable import SyncSvc

@Suite struct PumpVerdictTests {
    static let failures: [TwilioError] = [
        .unreachable(reason: "refused"), .unanswered(reason: "late"), .outcomeUnknown(reason: "late", problem: nil),
        .timedOut,
    ]

    @Test("A failure of a side whose circuit is open waits for it: no attempts run out", arguments: failures)
    func waits(_ error: TwilioError) {
        let outcome = PumpVerdict(error, side: .frontline, isAway: true).outcome
        guard case .wait(.frontline, _) = outcome else { return #expect(Bool(false), "\(outcome)") }
    }

    @Test("A failure of a side that answers otherwise is tried again", arguments: failures)
    func triesAgain(_ error: TwilioError) {
        guard case .again = PumpVerdict(error, side: .frontline).outcome else {
            return #expect(Bool(false), "\(error)")
        }
    }

    @Test("Too much of our own waits for no side, away or not", arguments: [true, false])
    func overload(_ isAway: Bool) {
        guard case .again = PumpVerdict(.overloaded(limit: 3), side: .flex, isAway: isAway).outcome else {
            return #expect(Bool(false), "an overload is no absence")
        }
    }
}
