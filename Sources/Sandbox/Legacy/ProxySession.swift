import Events

/// Two parties who reach each other through numbers that hide theirs.
struct ProxySession: Sendable {
    struct Participant: Hashable, Sendable {
        let sid: String
        /// A phone number, or the SID of a chat channel.
        let identifier: String
        let friendlyName: String
        let proxyIdentifier: String
        let createdAt: Timestamp
    }

    /// One message that was relayed.
    struct Interaction: Hashable, Sendable {
        let sid: String
        let fromSID: String
        let toSID: String
        let body: String
        let createdAt: Timestamp
    }

    /// Participants, and relayed messages kept, at most.
    static let maxParticipants = 2
    static let maxInteractions = 1_000

    let sid: String
    let uniqueName: String?
    let mode: String
    var status = "open"
    var closedReason: String?
    var ttl: Int
    var expiresAt: Timestamp?
    var participants: [Participant] = []
    var interactions: [Interaction] = []
    let createdAt: Timestamp
    var updatedAt: Timestamp
    var lastInteractionAt: Timestamp?

    var isOpen: Bool { status != "closed" }
}

extension World {
    /// A message that was written in a chat channel goes on to the other party of the channel's session.
    ///
    /// - Returns: Whether a session carried it.
    @discardableResult
    mutating func proxyRelays(channel: String, author: String, body: String) -> Bool {
        guard let session = session(of: channel), session.mode != "voice-only",
            let from = session.participants.first(where: { $0.identifier == channel }),
            let to = session.participants.first(where: { $0.identifier != channel }), author != to.identifier
        else { return false }
        note(session.sid, from: from, to: to, body: body)
        return true
    }

    /// A text from a phone that a session hides goes into the session's chat channel.
    ///
    /// - Returns: The channel's SID, nil when no open session carries it.
    mutating func proxyTakes(from number: String, to proxyNumber: String, body: String) -> String? {
        let found = legacy.sessions.all.last { session in
            session.isOpen && session.mode != "voice-only"
                && session.participants.contains {
                    $0.identifier == number && $0.proxyIdentifier == proxyNumber
                }
        }
        guard let found, let from = found.participants.first(where: { $0.identifier == number }),
            let to = found.participants.first(where: { $0.identifier != number }),
            let position = messaging.find(to.identifier, service: nil)
        else { return nil }
        var draft = MessageDraft()
        draft.author = number
        draft.body = body
        guard (try? postMessage(draft, in: position, origin: .carrier(.sms))) != nil else { return nil }
        note(found.sid, from: from, to: to, body: body)
        return to.identifier
    }

    private func session(of identifier: String) -> ProxySession? {
        legacy.sessions.all.last { session in
            session.isOpen && session.participants.contains { $0.identifier == identifier }
        }
    }

    private mutating func note(
        _ sid: String, from: ProxySession.Participant, to: ProxySession.Participant, body: String
    ) {
        let interaction = ProxySession.Interaction(
            sid: newSID("KI"), fromSID: from.sid, toSID: to.sid, body: body, createdAt: now)
        let time = now
        _ = legacy.sessions.update(sid) { session in
            if session.interactions.count >= ProxySession.maxInteractions { session.interactions.removeFirst() }
            session.interactions.append(interaction)
            session.status = "in-progress"
            session.lastInteractionAt = time
        }
    }
}
