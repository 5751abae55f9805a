import Events

/// What a participant is made of, or changed to; nil leaves what is there.
struct ParticipantDraft: Sendable {
    var identity: String?
    var binding: MessagingBinding?
    var attributes: String?
    var roleSID: String?
    var created: Timestamp?
    var updated: Timestamp?
    var lastReadIndex: Int?
    var lastRead: Timestamp?
}

extension World {
    /// Adds someone to a conversation.
    ///
    /// - Returns: The participant.
    /// - Throws: ``TwilioProblem``: 409 when the identity (50433) or the pair of addresses (50416) is there already, 400
    ///   when the conversation is closed or full.
    @discardableResult
    mutating func addParticipant(
        _ draft: ParticipantDraft, to position: Int, origin: Origin
    ) throws(TwilioProblem) -> Participant {
        try checkOpen(position)
        try check(attributes: draft.attributes)
        guard draft.identity != nil || draft.binding != nil else {
            throw TwilioProblem(
                status: 400, code: 50427, "A participant needs an Identity or a MessagingBinding with both addresses")
        }
        guard messaging[position].participants.count < Conversation.maxParticipants else {
            throw TwilioProblem(
                status: 400, code: 50440, "The conversation has \(Conversation.maxParticipants) participants, the limit"
            )
        }
        if let identity = draft.identity, messaging[position].participant(identity: identity) != nil {
            let code = project.dialect == .chat ? 50404 : 50433
            throw TwilioProblem(status: 409, code: code, "Participant already exists")
        }
        if let binding = draft.binding { try checkBinding(binding) }
        let service = messaging[position].serviceSID
        let role = messaging.service(service).flatMap { messaging.services[$0].roles.last?.sid }
        var participant = Participant(
            sid: newSID("MB"), identity: draft.identity, binding: draft.binding, created: draft.created ?? now,
            updated: draft.updated ?? draft.created ?? now)
        participant.attributes = draft.attributes ?? "{}"
        participant.roleSID = draft.roleSID ?? role
        participant.lastReadIndex = draft.lastReadIndex
        participant.lastRead = draft.lastRead
        if let identity = draft.identity { _ = try ensureUser(identity, service: service, origin: origin) }
        messaging[position].participants.append(participant)
        messaging.join(position, participant)
        show(.added, participant: participant, in: position)
        fire(.participantAdded, in: position, participant: participant, origin: origin)
        return participant
    }

    /// Twilio routes inbound messages by the pair of addresses, so it may be in one open conversation only.
    private func checkBinding(_ binding: MessagingBinding) throws(TwilioProblem) {
        for other in messaging.conversations(ofAddress: binding.address) where messaging[other].state != .closed {
            let isTaken = messaging[other].participants.contains {
                $0.binding?.address == binding.address && $0.binding?.proxyAddress == binding.proxyAddress
            }
            guard isTaken else { continue }
            throw TwilioProblem(
                status: 409, code: 50416,
                "A binding for this participant and proxy address already exists in Conversation \(messaging[other].sid)"
            )
        }
    }

    /// Changes a participant.
    ///
    /// - Parameters:
    ///   - sid: The participant.
    ///   - position: The conversation.
    ///   - draft: What is to be different.
    ///   - origin: Who does it.
    /// - Returns: The participant as it is now.
    /// - Throws: ``TwilioProblem``.
    @discardableResult
    mutating func updateParticipant(
        _ sid: String, in position: Int, _ draft: ParticipantDraft, origin: Origin
    ) throws(TwilioProblem) -> Participant {
        try check(attributes: draft.attributes)
        guard let at = messaging[position].participants.firstIndex(where: { $0.sid == sid }) else {
            throw .notFound("Participants/\(sid)")
        }
        if let index = draft.lastReadIndex {
            guard index >= 0, index < messaging[position].messages.nextIndex else {
                throw .invalid("LastReadMessageIndex", "there is no message of this index")
            }
        }
        var participant = messaging[position].participants[at]
        if let attributes = draft.attributes { participant.attributes = attributes }
        if let role = draft.roleSID { participant.roleSID = role }
        if let index = draft.lastReadIndex {
            participant.lastReadIndex = index
            participant.lastRead = draft.lastRead ?? now
        } else if let time = draft.lastRead {
            participant.lastRead = time
        }
        participant.updated = draft.updated ?? now
        messaging[position].participants[at] = participant
        show(.updated, participant: participant, in: position)
        fire(.participantUpdated, in: position, participant: participant, origin: origin)
        return participant
    }

    /// Takes someone out of a conversation.
    mutating func removeParticipant(_ sid: String, from position: Int, origin: Origin) throws(TwilioProblem) {
        guard let at = messaging[position].participants.firstIndex(where: { $0.sid == sid }) else {
            throw .notFound("Participants/\(sid)")
        }
        let participant = messaging[position].participants.remove(at: at)
        messaging.leave(position, participant)
        let conversation = messaging[position].sid
        record(.participant, .removed) { json in
            json.text("sid", participant.sid)
            json.text("conversation_sid", conversation)
            json.text("identity", participant.identity)
        }
        fire(.participantRemoved, in: position, participant: participant, origin: origin)
    }

    /// The user of an identity; made when there is none.
    ///
    /// - Returns: The user's position.
    @discardableResult
    mutating func ensureUser(
        _ identity: String, service: String, origin: Origin, friendlyName: String? = nil
    ) throws(TwilioProblem) -> Int {
        if let user = messaging.user(identity, service: service) { return user }
        guard messaging.users.count < messaging.maxUsers else { throw .full("users", messaging.maxUsers) }
        let roles = messaging.service(service).map { messaging.services[$0].roles } ?? []
        let user = ChatUser(
            sid: newSID("US"), serviceSID: service, identity: identity, friendlyName: friendlyName,
            roleSID: roles.dropFirst().first?.sid ?? "", created: now, updated: now)
        messaging.insert(user)
        fire(.userAdded, user: user, origin: origin)
        return messaging.users.count - 1
    }

    /// Writing is possible in every state but closed, and initializing for others than the platform.
    func checkOpen(_ position: Int) throws(TwilioProblem) {
        if messaging[position].state == .closed {
            throw TwilioProblem(
                status: 400, code: 50399, "Conversation \(messaging[position].sid) is closed and cannot be written to")
        }
    }
}
