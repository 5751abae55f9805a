import Events
import TwilioREST

/// Attributes of a conversation changed: those that are configured to be the same on both sides are copied.
///
/// Everything else is the business of its side; keys that are not ours are never replaced.
struct AttributesReaction: PairReaction {
    let reasons: Set<PumpReason> = [.attributes]

    func react(to event: PumpEvent, in session: PairSession) async throws -> PumpOutcome {
        let keys = session.services.settings.attributes
        guard !keys.isEmpty, let record = session.record, record.isCopying,
            let source = record.conversations[event.side], let target = record.conversations[event.side.other],
            let present = try await session.services.projects[event.side].conversation(source)
        else { return .done }
        let attributes = present.attributes
        _ = try await session.services.projects[event.side.other].mergeAttributes(target) { other in
            for key in keys { other[key] = attributes[key] }
        }
        return .done
    }
}
