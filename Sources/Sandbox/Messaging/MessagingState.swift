import Events

/// What a project has of Conversations and Programmable Chat: one store, read and written in both dialects.
struct MessagingState: Sendable {
    /// Messages of a project at most; at the limit a post is refused.
    static let maxMessages = 4_000_000
    /// Conversations of a project at most; at the limit the oldest closed ones go, and without one a new one is refused.
    var maxConversations = 100_000
    /// Conversations that one world makes in its life, removed ones included.
    var maxPlaces = 1_000_000
    /// Users of a project at most; at the limit a new one is refused.
    var maxUsers = 200_000

    /// The service that paths without `/Services/{IS}` mean.
    var defaultServiceSID = ""
    var services: [ChatService] = []
    /// The account's webhook, for services without their own.
    var accountWebhook = WebhookConfiguration()
    var addresses: [AddressConfiguration] = []
    /// In the order they were made; a removed one leaves a nil.
    private(set) var conversations: [Conversation?] = []
    private(set) var users: [ChatUser] = []
    var media: [String: MediaItem] = [:]
    var mediaBytes = 0
    var messageCount = 0

    /// Conversations that are there.
    private(set) var conversationCount = 0
    private var positions: [String: Int] = [:]
    /// Conversations of an identity or of an address, by ``memberKey(_:_:)``.
    private var memberships: [String: [Int]] = [:]
    private var userPositions: [String: Int] = [:]
    private var messagePositions: [SIDNumber: MessagePlace] = [:]

    /// Where a message is.
    struct MessagePlace: Sendable {
        let conversation: Int32
        let index: Int32
    }

    /// A conversation that exists; every caller has just looked it up.
    subscript(position: Int) -> Conversation {
        _read {
            precondition(conversations[position] != nil, "no conversation there")
            yield conversations[position].unsafelyUnwrapped
        }
        _modify {
            guard var conversation = conversations[position].take() else {
                preconditionFailure("no conversation there")
            }
            defer { conversations[position] = conversation }
            yield &conversation
        }
    }

    /// A conversation by SID or unique name.
    ///
    /// - Parameters:
    ///   - reference: `CH…` or a unique name.
    ///   - service: nil means any.
    /// - Returns: Its position; nil when it is not in the service.
    func find(_ reference: String, service: String?) -> Int? {
        let position = positions[reference] ?? positions[Self.nameKey(reference, service ?? defaultServiceSID)]
        guard let position, let found = conversations[position] else { return nil }
        return service == nil || found.serviceSID == service ? position : nil
    }

    func isNameTaken(_ name: String, service: String) -> Bool { positions[Self.nameKey(name, service)] != nil }

    mutating func insert(_ conversation: Conversation) -> Int {
        conversations.append(conversation)
        conversationCount += 1
        positions[conversation.sid] = conversations.count - 1
        if let name = conversation.uniqueName {
            positions[Self.nameKey(name, conversation.serviceSID)] = conversations.count - 1
        }
        return conversations.count - 1
    }

    mutating func rename(_ position: Int, to name: String?) {
        let service = self[position].serviceSID
        if let old = self[position].uniqueName { positions[Self.nameKey(old, service)] = nil }
        if let name { positions[Self.nameKey(name, service)] = position }
        self[position].uniqueName = name
    }

    mutating func remove(_ position: Int) {
        let conversation = self[position]
        rename(position, to: nil)
        for participant in conversation.participants { leave(position, participant) }
        for message in conversation.messages.items { messagePositions[message.number] = nil }
        messageCount -= conversation.messages.count
        positions[conversation.sid] = nil
        conversations[position] = nil
        conversationCount -= 1
    }

    // Members

    private static func keys(_ participant: Participant) -> [String] {
        [participant.identity.map { "i" + $0 }, participant.binding.map { "a" + $0.address }].compactMap { $0 }
    }

    mutating func join(_ position: Int, _ participant: Participant) {
        for key in Self.keys(participant) { memberships[key, default: []].append(position) }
    }

    mutating func leave(_ position: Int, _ participant: Participant) {
        for key in Self.keys(participant) {
            if let at = memberships[key]?.lastIndex(of: position) { memberships[key]?.remove(at: at) }
            if memberships[key]?.isEmpty == true { memberships[key] = nil }
        }
    }

    /// Positions of the conversations that an identity is in, oldest first.
    func conversations(ofIdentity identity: String) -> [Int] { memberships["i" + identity] ?? [] }

    /// Positions of the conversations that an address is in, oldest first.
    func conversations(ofAddress address: String) -> [Int] { memberships["a" + address] ?? [] }

    // Messages

    mutating func index(_ message: Message, in position: Int) {
        messagePositions[message.number] = MessagePlace(conversation: Int32(position), index: Int32(message.index))
        messageCount += 1
    }

    mutating func unindex(_ message: Message) {
        messagePositions[message.number] = nil
        messageCount -= 1
    }

    /// The position of a message among those of its conversation.
    func message(_ sid: String, in position: Int) -> Int? {
        guard let number = SIDNumber(sid, prefix: "IM"), let place = messagePositions[number],
            Int(place.conversation) == position
        else { return nil }
        return self[position].messages.position(index: Int(place.index))
    }

    // Users and services

    mutating func insert(_ user: ChatUser) {
        users.append(user)
        userPositions[user.sid] = users.count - 1
        userPositions[user.serviceSID + user.identity] = users.count - 1
    }

    /// A user by SID or identity.
    func user(_ reference: String, service: String) -> Int? {
        userPositions[service + reference]
            ?? userPositions[reference].flatMap {
                users[$0].serviceSID == service ? $0 : nil
            }
    }

    mutating func updateUser(_ position: Int, _ change: (inout ChatUser) -> Void) {
        change(&users[position])
    }

    func service(_ sid: String) -> Int? { services.firstIndex { $0.sid == sid } }

    private static func nameKey(_ name: String, _ service: String) -> String { service + "/" + name }
}

extension World {
    /// Makes what the project begins with: the default service, its webhooks, an address configuration per number.
    mutating func seedMessaging() {
        let sid = project.serviceSID ?? newSID("IS")
        messaging.defaultServiceSID = sid
        messaging.services = [makeService(sid: sid, name: "Default Conversations Service")]
        guard let base = project.webhookBase else { return }
        switch project.dialect {
        case .conversations:
            messaging.services[0].webhook.postURL = base + "/conversations"
            messaging.services[0].webhook.filters = MessagingEvent.postNames(.conversations)
        case .chat:
            messaging.services[0].chatWebhook.postURL = base + "/chat"
            messaging.services[0].chatWebhook.filters = MessagingEvent.postNames(.chat)
        }
    }

    /// A service with the roles that every service has.
    mutating func makeService(sid: String, name: String) -> ChatService {
        let roles = [
            ("service admin", "deployment", ["addMember", "createChannel", "deleteAnyMessage", "editAnyMessage"]),
            ("service user", "deployment", ["createChannel", "joinChannel", "editOwnUserInfo"]),
            ("channel admin", "channel", ["addMember", "deleteAnyMessage", "editAnyMessage", "sendMessage"]),
            ("channel user", "channel", ["sendMessage", "leaveChannel", "editOwnMessage", "deleteOwnMessage"]),
        ].map { ChatRole(sid: newSID("RL"), friendlyName: $0.0, type: $0.1, permissions: $0.2) }
        return ChatService(sid: sid, friendlyName: name, created: now, updated: now, roles: roles)
    }

    /// What `GET /sandbox/v1/world` shows of messaging.
    func describeMessaging(_ json: inout JSONFields) {
        json.text("service_sid", messaging.defaultServiceSID)
        let service = messaging.services[0]
        json.object("webhooks") { row in
            row.text("conversations", service.webhook.postURL.isEmpty ? nil : service.webhook.postURL)
            row.text("chat", service.chatWebhook.postURL.isEmpty ? nil : service.chatWebhook.postURL)
            row.text("account", messaging.accountWebhook.postURL.isEmpty ? nil : messaging.accountWebhook.postURL)
        }
        json.objects("addresses", messaging.addresses) { address, row in
            row.text("type", address.type)
            row.text("address", address.address)
            row.text("auto_creation", address.isEnabled ? address.creation : nil)
        }
    }
}
