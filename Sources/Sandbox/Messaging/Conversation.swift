import Events

/// One conversation, which Programmable Chat calls a channel.
struct Conversation: Sendable {
    enum State: String, CaseIterable, Sendable {
        case initializing, active, inactive, closed
    }

    /// Participants at most (Twilio: 1,000 in a conversation).
    static let maxParticipants = 1_000
    /// Webhooks of one conversation at most.
    static let maxWebhooks = 5

    let sid: String
    let serviceSID: String
    var friendlyName: String?
    var uniqueName: String?
    /// JSON text as it was sent.
    var attributes = "{}"
    var state = State.active
    var messagingServiceSID: String
    var createdBy = "system"
    var created: Timestamp
    var updated: Timestamp
    /// After this long without a message it becomes inactive, or closed.
    var inactiveAfter: Duration?
    var closedAfter: Duration?
    /// When something last happened in it, by the project's time.
    var lastActivity: Timestamp
    var participants: [Participant] = []
    var messages = MessageList()
    var webhooks: [ScopedWebhook] = []

    /// A participant by identity.
    func participant(identity: String) -> Int? {
        participants.firstIndex { $0.identity == identity }
    }

    /// Who an author is: the participant of that identity, else of that address.
    func participant(author: String) -> Participant? {
        participants.first { $0.identity == author } ?? participants.first { $0.binding?.address == author }
    }

    /// The binding that an onConversationAdded names: that of the first participant from outside.
    var binding: MessagingBinding? { participants.lazy.compactMap(\.binding).first }
}

/// Someone in a conversation, which Programmable Chat calls a member.
struct Participant: Sendable {
    let sid: String
    /// Chat users and agents have one; customers by SMS or WhatsApp have a binding instead.
    var identity: String?
    var binding: MessagingBinding?
    var attributes = "{}"
    var roleSID: String?
    var created: Timestamp
    var updated: Timestamp
    var lastReadIndex: Int?
    var lastRead: Timestamp?
}

/// How a customer outside the chat is reached.
struct MessagingBinding: Hashable, Sendable {
    enum Kind: String, Sendable { case sms, whatsapp }

    var kind: Kind
    var address: String
    var proxyAddress: String
    var projectedAddress: String?

    /// WhatsApp addresses are `whatsapp:+…`.
    init(address: String, proxyAddress: String, projectedAddress: String? = nil) {
        kind = address.hasPrefix("whatsapp:") ? .whatsapp : .sms
        self.address = address
        self.proxyAddress = proxyAddress
        self.projectedAddress = projectedAddress
    }
}
