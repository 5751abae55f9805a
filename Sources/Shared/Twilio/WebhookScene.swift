public import Events

/// One contact, played from a seed: its webhooks agree with each other on who, what and when.
///
/// ```swift
/// var scene = WebhookScene(seed: 7, accountSID: "AC…", now: now)
/// let offered = scene.webhook("task.reserved")
/// let taken = scene.webhook("reservation.accepted")  // the same task, reservation and worker
/// ```
public struct WebhookScene: Sendable {
    /// The account in every webhook.
    public let accountSID: String
    let now: Timestamp
    private var generator: SeededGenerator
    let sids: [String: String]
    let customer: String
    private var sequence = 0

    /// A new contact.
    ///
    /// - Parameters:
    ///   - seed: Decides every identifier and number.
    ///   - accountSID: The account of the project that the webhooks are for; made from the seed when nil.
    ///   - now: When it happens.
    public init(seed: UInt64, accountSID: String? = nil, now: Timestamp) {
        var generator = SeededGenerator(seed: seed)
        let account = generator.sid("AC")
        self.accountSID = accountSID ?? account
        var sids: [String: String] = [:]
        for prefix in Self.prefixes { sids[prefix] = generator.sid(prefix) }
        self.sids = sids
        // 555-0100 to 555-0199 are kept for fiction.
        customer = "+1415555010\(generator.next() % 10)"
        self.now = now
        self.generator = generator
    }

    /// What ``webhook(_:family:)`` understands, besides the provider's own names.
    public static var topics: [Topic] {
        shortNames.keys.sorted().compactMap { try? Topic($0) }
    }

    /// Every event the scene can play, by family.
    public static let eventNames: [WebhookFamily: [String]] = [
        .taskrouter: taskRouterEventNames, .conversations: conversationEventNames, .chat: chatEventNames,
        .voice: voiceEventNames,
    ]

    /// The webhook of an event.
    ///
    /// - Parameters:
    ///   - name: A topic of the catalogue (`task.reserved`) or the provider's name (`reservation.created`,
    ///     `onMessageAdded`, `ringing`).
    ///   - family: Which dialect, where a topic or name exists in two; Conversations unless told otherwise.
    /// - Returns: The webhook, nil for a name that no provider has.
    public mutating func webhook(_ name: String, family: WebhookFamily? = nil) -> WebhookFixture? {
        let known = Self.shortNames[name] ?? []
        let candidates = known.isEmpty ? WebhookFamily.allCases.map { ($0, name) } : known
        for (candidate, eventName) in candidates where family == nil || family == candidate {
            guard Self.eventNames[candidate]?.contains(eventName) == true else { continue }
            let parameters = parameters(candidate, eventName)
            sequence += 1
            return WebhookFixture(
                family: candidate, eventName: eventName, parameters: parameters,
                deliveryToken: generator.sid("").uppercased())
        }
        return nil
    }

    private mutating func parameters(_ family: WebhookFamily, _ name: String) -> [(String, String)] {
        let eventSID = generator.sid("EV")
        switch family {
        case .taskrouter: return taskRouter(name, eventSID: eventSID)
        case .conversations: return conversation(name, index: sequence)
        case .chat: return channel(name, index: sequence)
        case .voice: return call(name)
        }
    }

    /// A SID of this contact.
    func sid(_ prefix: String) -> String {
        sids[prefix] ?? ""
    }

    private static let prefixes = [
        "CA", "CF", "CH", "DY", "IM", "IS", "KD", "MB", "MG", "RE", "RL", "SM", "TC", "UO", "US", "WA", "WK", "WO",
        "WQ",
        "WR", "WS", "WT", "WW",
    ]

    /// What a topic of the catalogue is called by the providers, the present product first.
    private static let shortNames: [String: [(WebhookFamily, String)]] = [
        "task.created": [(.taskrouter, "task.created")],
        "task.reserved": [(.taskrouter, "reservation.created")],
        "task.accepted": [(.taskrouter, "reservation.accepted")],
        "task.rejected": [(.taskrouter, "reservation.rejected")],
        "task.timeout": [(.taskrouter, "reservation.timeout")],
        "task.rescinded": [(.taskrouter, "reservation.rescinded")],
        "task.wrapping": [(.taskrouter, "task.wrapup")],
        "task.completed": [(.taskrouter, "task.completed")],
        "task.canceled": [(.taskrouter, "task.canceled")],
        "task.transferred": [(.taskrouter, "task.transfer-completed")],
        "worker.updated": [(.taskrouter, "worker.activity.update")],
        "conversation.added": [(.conversations, "onConversationAdded"), (.chat, "onChannelAdded")],
        "conversation.updated": [(.conversations, "onConversationUpdated"), (.chat, "onChannelUpdated")],
        "conversation.closed": [(.conversations, "onConversationStateUpdated"), (.chat, "onChannelDestroyed")],
        "participant.added": [(.conversations, "onParticipantAdded"), (.chat, "onMemberAdded")],
        "participant.removed": [(.conversations, "onParticipantRemoved"), (.chat, "onMemberRemoved")],
        "message.added": [(.conversations, "onMessageAdded"), (.chat, "onMessageSent")],
        "message.updated": [(.conversations, "onMessageUpdated"), (.chat, "onMessageUpdated")],
        "message.removed": [(.conversations, "onMessageRemoved"), (.chat, "onMessageRemoved")],
        "delivery.updated": [(.conversations, "onDeliveryUpdated")],
        "call.ringing": [(.voice, "ringing")],
        "call.answered": [(.voice, "in-progress")],
        "call.held": [(.voice, "participant-hold")],
        "call.resumed": [(.voice, "participant-unhold")],
        "call.ended": [(.voice, "completed")],
        "call.failed": [(.voice, "no-answer")],
    ]
}
