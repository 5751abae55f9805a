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
        guard let record = session.record, record.isCopying, let sid = event.messageSID,
            let source = record.conversations[event.side], let target = record.conversations[event.side.other]
        else { return .done }
        // What is not copied yet is copied as it is by then.
        if record.intent != nil || !(event.index.map { record.cursors[event.side].covers($0) } ?? true) {
            let outcome = try await copier.copy([event.side], for: event, in: session)
            guard outcome == .done else { return outcome }
        }
        let projects = session.services.projects
        let present = try await projects[event.side].message(sid, in: source)
        if let tag = present?.tag, tag != .legacy { return .done }
        let finder = CopyFinder(services: session.services)
        guard let copy = try await finder.copy(of: sid, in: target, on: event.side.other) else { return .done }
        guard let present else {
            _ = try await projects[event.side.other].remove(copy, in: target)
            return .done
        }
        let attributes = MirrorTag.tagged(present.attributes, side: event.side, message: sid)
        _ = try await projects[event.side.other].edit(copy, in: target, body: present.body, attributes: attributes)
        return .done
    }
}

/// Finds the copy of a message: remembered, or else by its tag.
struct CopyFinder: Sendable {
    /// Messages looked through at most, from the newest back.
    static let searchLimit = 10_000

    let services: PumpServices

    /// - Returns: The copy on `side`; nil: there is none.
    func copy(
        of message: MessageSID, in conversation: ConversationSID, on side: Side
    ) async throws -> MessageSID? {
        if let copy = try await services.messages.counterpart(of: message) { return copy }
        var index = -1
        var seen = 0
        while seen < Self.searchLimit {
            let list = try await services.projects[side].messages(
                in: conversation, after: index, limit: services.settings.listMessages)
            services.metrics.listings.add()
            for candidate in list.messages {
                if case .of(side.other, message) = candidate.tag { return candidate.sid }
            }
            guard list.hasMore, let last = list.messages.last else { return nil }
            index = last.index
            seen += list.messages.count
        }
        return nil
    }
}
