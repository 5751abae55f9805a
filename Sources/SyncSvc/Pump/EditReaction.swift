import Bus
import Events
import Hosting
import TwilioREST

/// A message was edited or deleted: its copy follows.
///
/// Not what the webhook said counts but what is there now, so that late and doubled doorbells do no harm. Deleting the
/// copy of a message does not delete the message: who may do what is the matter of the side where it was written; an
/// edit of a copy is undone by the next edit of its source.
struct EditReaction: PairReaction {
    let reasons: Set<PumpReason> = [.edit, .removal]
    let copier: MessageCopier

    func react(to event: PumpEvent, in session: PairSession) async throws -> PumpOutcome {
        let messages = event.editedMessages
        guard let record = session.record, record.isCopying, !messages.isEmpty,
            let source = record.conversations[event.side], let target = record.conversations[event.side.other]
        else { return .done }
        // What is not copied yet is copied as it is by then.
        if record.intent != nil || !(event.index.map { record.cursors[event.side].covers($0) } ?? true) {
            let outcome = try await copier.copy([event.side], for: event, in: session)
            guard outcome == .done else { return outcome }
        }
        var refusal: PumpOutcome?
        for message in messages {
            await session.goesOn()
            do {
                try await follow(message, on: event.side, from: source, to: target, session)
            } catch let error as TwilioError {
                // What the provider refuses of one message holds up no other.
                let outcome = PumpVerdict(error, side: event.side.other).outcome
                guard messages.count > 1, case .giveUp = outcome else { throw error }
                refusal = refusal ?? outcome
            }
        }
        return refusal ?? .done
    }

    private func follow(
        _ message: MessageSID, on side: Side, from source: ConversationSID, to target: ConversationSID,
        _ session: PairSession
    ) async throws {
        let projects = session.services.projects
        let present = try await projects[side].message(message, in: source)
        if let tag = present?.tag, tag != .legacy { return }
        let finder = CopyFinder(session: session)
        guard let present else {
            for copy in try await finder.everything(of: message, in: target, on: side.other) {
                await session.goesOn()
                _ = try await projects[side.other].remove(copy, in: target)
            }
            return
        }
        guard let copy = try await finder.copy(of: message, in: target, on: side.other) else { return }
        // Only where there are several files does the copy have parts.
        let shown = present.media.count > 1 ? try await projects[side.other].message(copy, in: target) : nil
        let attributes = MirrorTag.tagged(
            present.attributes, side: side, message: message, parts: shown.map { MirrorTag.parts($0.attributes) } ?? 0)
        _ = try await projects[side.other].edit(copy, in: target, body: present.body, attributes: attributes)
    }
}
