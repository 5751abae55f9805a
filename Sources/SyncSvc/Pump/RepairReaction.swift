import Events

/// Brings both sides into step, whatever happened: messages, people, and the end.
struct RepairReaction: PairReaction {
    let reasons: Set<PumpReason> = [.repair]
    let copier: MessageCopier
    let participants: ParticipantMirror
    let state: StateReaction

    func react(to event: PumpEvent, in session: PairSession) async throws -> PumpOutcome {
        guard let record = session.record else { return .done }
        if record.state == .closing { return try await state.close(for: event, in: session) }
        guard record.isCopying else { return .done }
        try await participants.bringIntoStep(session)
        let outcome = try await copier.copy([event.side, event.side.other], for: event, in: session)
        guard outcome == .done else { return outcome }
        for side in Side.allCases {
            var doorbell = event
            doorbell.side = side
            let end = try await state.react(to: doorbell, in: session)
            guard end == .done else { return end }
        }
        return .done
    }
}
