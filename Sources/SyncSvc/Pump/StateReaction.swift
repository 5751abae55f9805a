import Events
import TwilioREST

/// A conversation ended on one side: what was written before is copied, then the other side ends too.
struct StateReaction: PairReaction {
    let reasons: Set<PumpReason> = [.state]
    let copier: MessageCopier

    func react(to event: PumpEvent, in session: PairSession) async throws -> PumpOutcome {
        guard var record = session.record, record.state == .open || record.state == .closing,
            let conversation = record.conversations[event.side]
        else { return .done }
        if record.state == .open {
            let present = try await session.services.projects[event.side].conversation(conversation)
            guard present == nil || present?.state == .closed else { return .done }
            record.state = .closing
            record.closedBy = event.side
            try await session.save(record)
        }
        return try await close(for: event, in: session)
    }

    /// Goes on with a pair that is closing.
    func close(for event: PumpEvent, in session: PairSession) async throws -> PumpOutcome {
        guard let ended = session.record?.closedBy else { return .done }
        let outcome: PumpOutcome
        do {
            outcome = try await copier.copy([ended], for: event, in: session)
        } catch let error as TwilioError where error.isNotFound {
            // Removed with all that was in it.
            outcome = .done
        }
        if case .again = outcome { return outcome }
        if case .wait = outcome { return outcome }
        guard var record = session.record, let other = record.conversations[ended.other] else { return .done }
        _ = try await session.services.projects[ended.other].close(other)
        record.state = .closed
        record.intent = nil
        let links = Side.allCases.compactMap { record.conversations[$0] }.map {
            session.services.links.expire($0, of: record.id)
        }
        try await session.save(record, writing: links)
        return outcome
    }
}
