import Events
import TwilioREST

/// Answers the routing callback: an incoming conversation of the app's project gets a worker.
///
/// The one who talked with the customer last, if he is available; else the one who has been available for longest; else
/// who talked last, though he is away; else the configured one. The app reads nothing from the answer: the worker is
/// added as a participant. A conversation that has one already is left alone, so a repeated callback changes nothing.
struct IncomingRouting: Sendable {
    /// Who there is.
    struct Candidates: Hashable, Sendable {
        /// Who talked with the customer, the last one first.
        var known: [String] = []
        /// Available workers, for longest first.
        var available: [String] = []
        /// From the configuration; empty: none.
        var fallback = ""
    }

    /// How far the choice got.
    static func choose(_ candidates: Candidates) -> String? {
        candidates.known.first(where: candidates.available.contains) ?? candidates.available.first
            ?? candidates.known.first ?? (candidates.fallback.isEmpty ? nil : candidates.fallback)
    }

    let source: any RoutingSource
    let fallback: String

    /// - Returns: 200 with an empty object, whether somebody was found or not; 422 for what names no conversation, 404
    ///   for one that is not there.
    func answer(_ question: CallbackQuestion) async throws -> CallbackReply {
        guard let sid = question.parameters["ConversationSid"].flatMap({ try? ConversationSID($0) }) else {
            return .refused(422, code: "sync.conversation_missing")
        }
        guard let present = try await source.participants(in: sid) else {
            return .refused(404, code: "sync.conversation_unknown")
        }
        if PairingReaction.agent(present) != nil { return .ok([:]) }
        let address =
            present.lazy.compactMap(\.binding).first?.address ?? question.parameters["MessagingBinding.Address"]
        var candidates = Candidates(fallback: fallback)
        candidates.available = try await source.availableWorkers()
        if let address, !address.isEmpty { candidates.known = try await source.agents(of: address, besides: sid) }
        if let worker = Self.choose(candidates) { try await source.add(worker, to: sid) }
        return .ok([:])
    }
}
