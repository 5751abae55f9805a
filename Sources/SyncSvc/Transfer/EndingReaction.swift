import Bus
import Events
import TwilioREST

/// What the end of the work means for the conversations.
///
/// Reason `ended`: when no task of the conversation is open any more and no transfer is under way, the Flex conversation
/// closes, and `state` does what follows. The other way round, see ``ClosingFollowUp``.
struct EndingReaction: PairReaction {
    let work: any FlexWorkProvider

    let reasons: Set<PumpReason> = [.ended]

    func react(to event: PumpEvent, in session: PairSession) async throws -> PumpOutcome {
        guard let record = session.record, record.isCopying, let flex = record.conversations.flex else { return .done }
        let isTransferring = TransferRecord(record.agents[TransferReaction.member] ?? [:]).saga != nil
        let tasks = try await work.tasks(of: flex.text)
        guard CloseTasks.closesConversation(tasks.map(\.plan), isTransferring: isTransferring) else { return .done }
        // Idempotent; written by REST it rings nothing, so the rest is asked for.
        _ = try await session.services.projects.flex.close(flex)
        var next = PumpEvent(pair: session.pair, side: .flex, reason: .state)
        next.conversation = flex
        next.cause = event.cause
        _ = try await session.services.bus.publish(
            OutgoingEvent(next.event(.request(token: "ended:\(session.delivery.offset)"))))
        return .done
    }
}
