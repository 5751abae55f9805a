import Events

/// What a conversation is made of, or changed to; nil leaves what is there.
struct ConversationDraft: Sendable {
    var friendlyName: String?
    var uniqueName: String?
    var attributes: String?
    var state: Conversation.State?
    var messagingServiceSID: String?
    var createdBy: String?
    var created: Timestamp?
    var updated: Timestamp?
    var inactiveAfter: Duration?
    var closedAfter: Duration?
}

extension World {
    /// Longest friendly or unique name, in characters.
    static let maxNameLength = 256
    /// Longest attributes, in bytes.
    static let maxAttributesBytes = 16 << 10

    /// Makes a conversation.
    ///
    /// - Parameters:
    ///   - draft: What it is to be.
    ///   - service: Its service.
    ///   - origin: Who makes it.
    /// - Returns: Its position in ``MessagingState``.
    /// - Throws: ``TwilioProblem``: 409 (50353) for a unique name that is taken, 400 when the project is full.
    mutating func createConversation(
        _ draft: ConversationDraft, service: String, origin: Origin
    ) throws(TwilioProblem) -> Int {
        try check(draft, service: service)
        try makeRoomForConversation()
        var conversation = Conversation(
            sid: newSID("CH"), serviceSID: service,
            messagingServiceSID: draft.messagingServiceSID ?? "MG" + String(repeating: "0", count: 32),
            created: draft.created ?? now, updated: draft.updated ?? draft.created ?? now, lastActivity: now)
        conversation.friendlyName = draft.friendlyName
        conversation.uniqueName = draft.uniqueName
        conversation.attributes = draft.attributes ?? "{}"
        conversation.state = draft.state ?? .active
        conversation.createdBy = draft.createdBy ?? origin.identity ?? "system"
        conversation.inactiveAfter = draft.inactiveAfter
        conversation.closedAfter = draft.closedAfter
        let position = messaging.insert(conversation)
        watchActivity(of: position)
        show(.added, conversation: position)
        fire(.conversationAdded, in: position, origin: origin)
        return position
    }

    /// Changes a conversation.
    ///
    /// - Throws: ``TwilioProblem``: 409 for a unique name that is taken, 400 for a change of a closed one other than
    ///   its attributes and names.
    mutating func updateConversation(
        _ position: Int, _ draft: ConversationDraft, origin: Origin
    ) throws(TwilioProblem) {
        let service = messaging[position].serviceSID
        let isRenamed = draft.uniqueName != nil && draft.uniqueName != messaging[position].uniqueName
        var checked = draft
        if !isRenamed { checked.uniqueName = nil }
        try check(checked, service: service)
        let before = messaging[position].state
        if let state = draft.state, state != before, before == .closed {
            throw TwilioProblem(status: 400, code: 50399, "A closed conversation cannot change its state to \(state)")
        }
        if isRenamed { messaging.rename(position, to: draft.uniqueName) }
        if let name = draft.friendlyName { messaging[position].friendlyName = name }
        if let attributes = draft.attributes { messaging[position].attributes = attributes }
        if let service = draft.messagingServiceSID { messaging[position].messagingServiceSID = service }
        if let created = draft.created { messaging[position].created = created }
        if draft.inactiveAfter != nil { messaging[position].inactiveAfter = draft.inactiveAfter }
        if draft.closedAfter != nil { messaging[position].closedAfter = draft.closedAfter }
        messaging[position].updated = draft.updated ?? now
        if draft.inactiveAfter != nil || draft.closedAfter != nil { watchActivity(of: position) }
        let onlyState = draft.state != nil && draft.attributes == nil && draft.friendlyName == nil && !isRenamed
        if !onlyState {
            show(.updated, conversation: position)
            fire(.conversationUpdated, in: position, origin: origin)
        }
        if let state = draft.state { setState(position, state, reason: "API", origin: origin) }
    }

    /// Moves a conversation to another state; one that has it already stays as it is.
    mutating func setState(_ position: Int, _ state: Conversation.State, reason: String, origin: Origin) {
        let before = messaging[position].state
        guard state != before else { return }
        messaging[position].state = state
        messaging[position].updated = now
        messaging[position].lastActivity = now
        show(.updated, conversation: position)
        fireState(in: position, from: before, reason: reason, origin: origin)
        let sid = messaging[position].sid
        flexStateChanged(sid, to: state.rawValue)
        if state != .closed, let position = messaging.find(sid, service: nil) { watchActivity(of: position) }
    }

    /// Removes a conversation with all that is in it.
    mutating func removeConversation(_ position: Int, origin: Origin) {
        fire(.conversationRemoved, in: position, origin: origin)
        let sid = messaging[position].sid
        record(.conversation, .removed) { $0.text("sid", sid) }
        messaging.remove(position)
    }

    /// Forgets the oldest closed conversations, a tenth of the most at once, when a project is full.
    ///
    /// They go without a webhook: nobody removed them. Their media stay, within the limit that media have.
    private mutating func makeRoomForConversation() throws(TwilioProblem) {
        guard messaging.conversations.count < messaging.maxPlaces else {
            throw .full("conversations, over the life of a world", messaging.maxPlaces)
        }
        guard messaging.conversationCount >= messaging.maxConversations else { return }
        let closed = messaging.conversations.indices.lazy.filter { [messaging] in
            messaging.conversations[$0]?.state == .closed
        }.prefix(messaging.maxConversations / 10)
        for position in Array(closed) {
            let sid = messaging[position].sid
            record(.conversation, .removed) { $0.text("sid", sid) }
            messaging.remove(position)
        }
        guard messaging.conversationCount < messaging.maxConversations else {
            throw .full("conversations, none of them closed", messaging.maxConversations)
        }
    }

    /// Checks what can be wrong with a draft.
    func check(_ draft: ConversationDraft, service: String) throws(TwilioProblem) {
        for (parameter, name) in [("FriendlyName", draft.friendlyName), ("UniqueName", draft.uniqueName)] {
            if let name, name.count > Self.maxNameLength {
                throw .invalid(parameter, "it has at most \(Self.maxNameLength) characters")
            }
        }
        try check(attributes: draft.attributes)
        if let name = draft.uniqueName, messaging.isNameTaken(name, service: service) {
            let code = project.dialect == .chat ? 50307 : 50353
            throw TwilioProblem(status: 409, code: code, "Conversation with provided unique name already exists")
        }
        for (parameter, duration, least) in [
            ("Timers.Inactive", draft.inactiveAfter, Duration.seconds(60)),
            ("Timers.Closed", draft.closedAfter, Duration.seconds(600)),
        ] {
            if let duration, duration != .zero, duration < least {
                throw .invalid(parameter, "it is at least \(least.components.seconds) seconds")
            }
        }
    }

    /// Attributes are a JSON text of a limited size.
    func check(attributes: String?) throws(TwilioProblem) {
        guard let attributes else { return }
        guard attributes.utf8.count <= Self.maxAttributesBytes else {
            throw .invalid("Attributes", "they have at most \(Self.maxAttributesBytes) bytes")
        }
        guard (try? JSONText.check(attributes.utf8)) != nil else {
            throw TwilioProblem(status: 400, code: 50357, "Attributes are not a valid JSON text")
        }
    }

    /// Sets the timer that makes a silent conversation inactive or closed, if it has one.
    mutating func watchActivity(of position: Int) {
        let conversation = messaging[position]
        let (sid, last) = (conversation.sid, conversation.lastActivity)
        let next: (Duration?, Conversation.State) =
            switch conversation.state {
            case .active, .initializing:
                conversation.inactiveAfter == nil
                    ? (conversation.closedAfter, .closed) : (conversation.inactiveAfter, .inactive)
            case .inactive: (conversation.closedAfter, .closed)
            case .closed: (nil, .closed)
            }
        guard let wait = next.0, wait > .zero else { return }
        let state = conversation.state
        after(wait) { world in
            guard let position = world.messaging.find(sid, service: nil), world.messaging[position].state == state
            else { return }
            if world.messaging[position].lastActivity == last {
                world.setState(position, next.1, reason: "TIMER", origin: .platform)
            } else if world.messaging[position].state == state {
                world.watchActivity(of: position)
            }
        }
    }
}
