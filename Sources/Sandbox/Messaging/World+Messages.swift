import Events

/// What a message is made of, or changed to; nil leaves what is there.
struct MessageDraft: Sendable {
    var author: String?
    var body: String?
    var subject: String?
    var attributes: String?
    var media: [String] = []
    var created: Timestamp?
    var updated: Timestamp?
    var lastUpdatedBy: String?
}

extension World {
    /// Longest body in characters: Conversations.
    static let maxBodyLength = 1_600
    /// Longest body in bytes: Programmable Chat.
    static let maxChatBodyBytes = 32 << 10

    /// Writes a message.
    ///
    /// - Parameters:
    ///   - draft: Author, body and the rest; an absent author is `system`.
    ///   - position: The conversation.
    ///   - origin: Who writes.
    ///   - isChat: Whether the limits of Programmable Chat apply.
    /// - Returns: The message.
    /// - Throws: ``TwilioProblem``: 400 for a closed or initializing conversation, an empty message or a long body.
    mutating func postMessage(
        _ draft: MessageDraft, in position: Int, origin: Origin, isChat: Bool = false
    ) throws(TwilioProblem) -> Message {
        try checkOpen(position)
        if messaging[position].state == .initializing, origin.source == "API", !origin.fires {
            throw TwilioProblem(
                status: 400, code: 50400,
                "Conversation \(messaging[position].sid) is being initialized, try again later")
        }
        try check(draft, isChat: isChat)
        guard messaging.messageCount < MessagingState.maxMessages else {
            throw .full("messages", MessagingState.maxMessages)
        }
        let author = draft.author ?? origin.identity ?? "system"
        let created = draft.created ?? now
        var message = Message(
            number: newSIDNumber(), index: messaging[position].messages.nextIndex, author: author, body: draft.body,
            created: created, updated: draft.updated ?? created)
        message.subject = draft.subject
        message.attributes = draft.attributes ?? "{}"
        message.media = draft.media
        message.participantSID = messaging[position].participant(author: author)?.sid
        makeReceipts(&message, in: position)
        messaging[position].messages.append(message)
        messaging.index(message, in: position)
        messaging[position].lastActivity = now
        if messaging[position].state == .inactive {
            setState(position, .active, reason: "EVENT", origin: .platform)
        }
        show(.added, message: message, in: position)
        fire(.messageAdded, in: position, message: message, origin: origin)
        if legacy.sessions.count > 0 {
            proxyRelays(channel: messaging[position].sid, author: author, body: message.body ?? "")
        }
        return message
    }

    private func check(_ draft: MessageDraft, isChat: Bool) throws(TwilioProblem) {
        try check(attributes: draft.attributes)
        if let body = draft.body {
            let isTooLong =
                isChat
                ? body.utf8.count > Self.maxChatBodyBytes
                : body.utf8.count > Self.maxBodyLength && body.count > Self.maxBodyLength
            if isTooLong {
                throw TwilioProblem(
                    status: 400, code: isChat ? 50501 : 50504,
                    "Message body is longer than \(Self.maxBodyLength) characters")
            }
        }
        for sid in draft.media where messaging.media[sid] == nil {
            throw TwilioProblem(status: 400, code: 50521, "There is no media \(sid)")
        }
    }

    /// Changes a message.
    ///
    /// - Returns: The message as it is now.
    /// - Throws: ``TwilioProblem``.
    @discardableResult
    mutating func updateMessage(
        _ sid: String, in position: Int, _ draft: MessageDraft, origin: Origin, isChat: Bool = false
    ) throws(TwilioProblem) -> Message {
        guard let at = messaging.message(sid, in: position) else { throw .notFound("Messages/\(sid)") }
        try checkOpen(position)
        try check(draft, isChat: isChat)
        var message = messaging[position].messages[at]
        if let body = draft.body {
            message.isEdited = message.isEdited || body != message.body
            message.body = body
        }
        if let author = draft.author { message.author = author }
        if let attributes = draft.attributes { message.attributes = attributes }
        if let subject = draft.subject { message.subject = subject }
        if let created = draft.created { message.created = created }
        message.lastUpdatedBy = draft.lastUpdatedBy ?? origin.identity ?? message.lastUpdatedBy
        message.updated = draft.updated ?? now
        messaging[position].messages[at] = message
        show(.updated, message: message, in: position)
        fire(.messageUpdated, in: position, message: message, origin: origin)
        return message
    }

    /// Removes a message; its index is not given again.
    mutating func removeMessage(_ sid: String, in position: Int, origin: Origin) throws(TwilioProblem) {
        guard let at = messaging.message(sid, in: position) else { throw .notFound("Messages/\(sid)") }
        try checkOpen(position)
        let message = messaging[position].messages.remove(at: at)
        messaging.unindex(message)
        let conversation = messaging[position].sid
        record(.message, .removed) { json in
            json.text("sid", sid)
            json.text("conversation_sid", conversation)
            json.number("index", message.index)
        }
        fire(.messageRemoved, in: position, message: message, origin: origin)
    }
}
