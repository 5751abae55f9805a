import Testing

@testable import SyncSvc

@Suite struct PumpOutcomeTests {
    static let refused = PumpOutcome.giveUp(reason: "twilio.rejected")
    static let later = PumpOutcome.again(after: nil, reason: "sync.outcome_open")

    @Test("What the reaction gave up stays given up when the follow-up is done; what has to be repeated is repeated")
    func followed() {
        #expect(PumpOutcome.done.followed(by: .done) == .done)
        #expect(Self.refused.followed(by: .done) == Self.refused)
        #expect(PumpOutcome.done.followed(by: Self.refused) == Self.refused)
        #expect(Self.refused.followed(by: Self.later) == Self.later)
        #expect(Self.refused.isOver && PumpOutcome.done.isOver && !Self.later.isOver)
        #expect(!PumpOutcome.wait(for: .flex, reason: "").isOver)
    }
}
