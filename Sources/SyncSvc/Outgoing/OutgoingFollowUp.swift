import Events
import TwilioREST

/// Goes on with a conversation's move that was given up half way, when somebody joins or leaves and at each repair.
struct OutgoingFollowUp: PairFollowUp {
    let pairing: PairingReaction

    let reasons: Set<PumpReason> = [.participant, .repair]

    func follow(_ event: PumpEvent, in session: PairSession) async throws -> PumpOutcome {
        guard let record = session.record, record.isCopying, let move = OutgoingMove(record), !move.isOver else {
            return .done
        }
        return try await pairing.outgoing(event, session)
    }
}
