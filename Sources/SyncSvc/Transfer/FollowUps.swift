import Events
import TwilioREST

/// Looks for transfers that are due, or go on, after a change of the app's conversation and after an acceptance.
struct TransferFollowUp: PairFollowUp {
    let transfers: TransferReaction

    let reasons: Set<PumpReason> = [.attributes, .accepted]

    func follow(_ event: PumpEvent, in session: PairSession) async throws -> PumpOutcome {
        // Attributes of the Flex side say nothing about the app.
        guard event.reason == .accepted || event.side == .frontline else { return .done }
        return try await transfers.react(to: event, in: session)
    }
}

/// After a conversation closed: when the mobile app closed it, its work ends.
struct ClosingFollowUp: PairFollowUp {
    let work: any FlexWorkProvider

    let reasons: Set<PumpReason> = [.state, .repair]

    func follow(_ event: PumpEvent, in session: PairSession) async throws -> PumpOutcome {
        guard let record = session.record, record.state == .closed, record.closedBy == .frontline,
            let flex = record.conversations.flex
        else {
            return .done
        }
        var tasks = try await work.tasks(of: flex.text)
        let interactions = tasks.filter { !$0.status.isOver && $0.interaction != nil }
        for task in interactions {
            await session.goesOn()
            try await work.closeInteraction(of: task)
        }
        // All of them in the Chat dialect, and what the interaction's end only moved to wrap-up.
        if !interactions.isEmpty { tasks = try await work.tasks(of: flex.text) }
        for step in CloseTasks.plan(tasks.map(\.plan)) { try await work.carryOut(step) }
        return .done
    }
}

/// Shadow mode: transfers and endings are left to whoever makes them now.
struct IdleReaction: PairReaction {
    let reasons: Set<PumpReason> = [.transfer, .ended]

    func react(to event: PumpEvent, in session: PairSession) async throws -> PumpOutcome { .done }
}
