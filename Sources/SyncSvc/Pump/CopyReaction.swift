import Hosting

/// A message was written: bring its side up to date.
struct CopyReaction: PairReaction {
    let reasons: Set<PumpReason> = [.message]
    let copier: MessageCopier

    func react(to event: PumpEvent, in session: PairSession) async throws -> PumpOutcome {
        guard let record = session.record, record.isCopying else { return .done }
        if record.intent == nil, Self.isCovered(event, record) {
            session.services.metrics.covered.add()
            return .done
        }
        return try await copier.copy([event.side], for: event, in: session)
    }

    /// Whether an event has nothing left to do: its message was dealt with, or was in a list that was made after it.
    static func isCovered(_ event: PumpEvent, _ record: PairRecord) -> Bool {
        if let index = event.index { return record.cursors[event.side].covers(index) }
        return event.cause > 0 && event.cause < record.listed[event.side]
    }
}
