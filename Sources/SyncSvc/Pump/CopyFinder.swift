import Events
import Hosting
import TwilioREST

/// Finds the copy of a message: remembered, or else by its tag.
struct CopyFinder {
    /// Messages looked through at most, from the newest back.
    static let searchLimit = 10_000

    let session: PairSession

    private var services: PumpServices { session.services }

    /// The copy on `side`; nil: there is none.
    func copy(of message: MessageSID, in conversation: ConversationSID, on side: Side) async throws -> MessageSID? {
        if let copy = try await services.messages.counterpart(of: message) { return copy }
        return try await search(for: message, in: conversation, on: side).copy
    }

    /// The copy on `side` and its parts, in the order in which they can be removed.
    func everything(
        of message: MessageSID, in conversation: ConversationSID, on side: Side
    ) async throws -> [MessageSID] {
        if let copy = try await services.messages.counterpart(of: message),
            let present = try await services.projects[side].message(copy, in: conversation),
            MirrorTag.parts(present.attributes) == 0
        {
            return [copy]
        }
        let found = try await search(for: message, in: conversation, on: side, withParts: true)
        return found.parts + [found.copy].compactMap { $0 }
    }

    /// Walks back once; the copy stands behind its parts and says how many they are.
    private func search(
        for message: MessageSID, in conversation: ConversationSID, on side: Side, withParts isWhole: Bool = false
    ) async throws(TwilioError) -> (copy: MessageSID?, parts: [MessageSID]) {
        var copy: MessageSID?
        var parts: [MessageSID] = []
        var expected = 0
        services.metrics.listings.add()
        try await services.projects[side].walkBack(
            in: conversation, limit: Self.searchLimit, page: { await session.goesOn() },
            visit: { candidate in
                switch candidate.tag {
                case .of(side.other, message):
                    copy = candidate.sid
                    expected = MirrorTag.parts(candidate.attributes)
                case .part(side.other, message, _): parts.append(candidate.sid)
                default: return false
                }
                return copy != nil && (!isWhole || parts.count >= expected)
            })
        return (copy, parts)
    }
}
