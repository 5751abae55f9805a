import Events

extension WebhookDialect {
    /// The Conversations service's webhooks.
    static let conversations = WebhookDialect(
        family: .conversations, dialect: "conversations", fields: conversationFields, events: conversationEvents,
        discriminators: [Discriminator(field: "EventType", fallback: anyConversation)],
        times: [("StateUpdated", .text)] + messagingTimes)

    /// Programmable Chat's webhooks: other names, the same topics and the same fields in the data.
    static let chat = WebhookDialect(
        family: .chat, dialect: "chat", fields: chatFields, events: chatEvents,
        discriminators: [Discriminator(field: "EventType", fallback: anyChannel)],
        times: messagingTimes)

    private static let messagingTimes: [(field: String, format: TimeFormat)] = [
        ("DateRemoved", .text), ("DateUpdated", .text), ("DateCreated", .text),
    ]

    private static let conversationEvents: [String: EventRule] = {
        let conversation = "ConversationSid"
        return [
            "onMessageAdded": message("message.added", in: conversation),
            "onMessageUpdated": message("message.updated", in: conversation, revision: "DateUpdated"),
            "onMessageRemoved": message("message.removed", in: conversation),
            "onConversationAdded": container("conversation.added", conversation),
            "onConversationUpdated": container("conversation.updated", conversation, revision: "DateUpdated"),
            "onConversationRemoved": container("conversation.closed", conversation),
            "onConversationStateUpdated": EventRule(
                .choice(
                    field: "StateTo", value: "closed", then: "conversation.closed", otherwise: "conversation.updated"),
                required: ["AccountSid", conversation, "StateTo"],
                identity: .named([conversation], revision: "StateUpdated"), key: [conversation],
                correlation: [conversation]),
            "onParticipantAdded": participant("participant.added", "ParticipantSid", in: conversation),
            "onParticipantRemoved": participant("participant.removed", "ParticipantSid", in: conversation),
            "onParticipantUpdated": EventRule(
                .passThrough, required: ["AccountSid", conversation, "ParticipantSid"],
                identity: .named(["ParticipantSid"], revision: "DateUpdated"), key: [conversation],
                subject: ["ParticipantSid"], correlation: [conversation]),
            "onDeliveryUpdated": EventRule(
                .topic("delivery.updated"),
                required: ["AccountSid", conversation, "MessageSid", "DeliveryReceiptSid", "Status"],
                identity: .fields([["DeliveryReceiptSid"], ["Status"]]), key: [conversation], subject: ["MessageSid"],
                correlation: [conversation]),
            "onUserAdded": EventRule(
                .passThrough, required: ["AccountSid", "UserSid"], identity: .named(["UserSid"]), key: ["UserSid"]),
        ]
    }()

    /// Pre-events, user updates and what is yet to come.
    private static let anyConversation = EventRule(
        .passThrough, required: ["AccountSid"], identity: .none,
        key: ["ConversationSid", "UserSid", "ChatServiceSid", "AccountSid"], correlation: ["ConversationSid"])

    private static let chatEvents: [String: EventRule] = {
        let channel = "ChannelSid"
        return [
            "onMessageSent": message("message.added", in: channel),
            "onMediaMessageSent": message("message.added", in: channel),
            "onMessageUpdated": message("message.updated", in: channel, revision: "DateUpdated"),
            "onMessageRemoved": message("message.removed", in: channel),
            "onChannelAdded": container("conversation.added", channel),
            "onChannelUpdated": container("conversation.updated", channel, revision: "DateUpdated"),
            "onChannelDestroyed": container("conversation.closed", channel),
            "onMemberAdded": member("participant.added", in: channel),
            "onMemberRemoved": member("participant.removed", in: channel),
            "onMemberUpdated": EventRule(
                .passThrough, required: ["AccountSid", channel],
                identity: .named(["MemberSid"], revision: "DateUpdated"), key: [channel],
                subject: ["MemberSid", channel], correlation: [channel]),
            "onUserAdded": EventRule(
                .passThrough, required: ["AccountSid", "UserSid"], identity: .named(["UserSid"]), key: ["UserSid"]),
        ]
    }()

    private static let anyChannel = EventRule(
        .passThrough, required: ["AccountSid"], identity: .none,
        key: ["ChannelSid", "UserSid", "InstanceSid", "AccountSid"], correlation: ["ChannelSid"])

    private static func message(_ topic: Topic, in container: String, revision: String? = nil) -> EventRule {
        EventRule(
            .topic(topic), required: ["AccountSid", container, "MessageSid"],
            identity: .named(["MessageSid"], revision: revision), key: [container], subject: ["MessageSid"],
            correlation: [container])
    }

    private static func container(_ topic: Topic, _ container: String, revision: String? = nil) -> EventRule {
        EventRule(
            .topic(topic), required: ["AccountSid", container], identity: .named([container], revision: revision),
            key: [container], correlation: [container])
    }

    private static func participant(_ topic: Topic, _ sid: String, in container: String) -> EventRule {
        EventRule(
            .topic(topic), required: ["AccountSid", container, sid], identity: .named([sid]), key: [container],
            subject: [sid], correlation: [container])
    }

    /// A member's SID is not documented for these, so its absence costs only the content key.
    private static func member(_ topic: Topic, in container: String) -> EventRule {
        EventRule(
            .topic(topic), required: ["AccountSid", container], identity: .named(["MemberSid"]), key: [container],
            subject: ["MemberSid", container], correlation: [container])
    }

    private static let sharedFields: [FieldRule] = [
        FieldRule("AccountSid", .text), FieldRule("EventType", .text), FieldRule("Source", .text),
        FieldRule("ClientIdentity", .text), FieldRule("MessageSid", .text), FieldRule("Index", .integer),
        FieldRule("DateCreated", .text), FieldRule("DateUpdated", .text), FieldRule("DateRemoved", .text),
        FieldRule("Body", .text), FieldRule("Attributes", .json), FieldRule("FriendlyName", .text),
        FieldRule("UniqueName", .text), FieldRule("Identity", .text), FieldRule("RoleSid", .text),
        FieldRule("Reason", .text), FieldRule("UserSid", .text), FieldRule("isOnline", .boolean),
        FieldRule("isNotifiable", .boolean), FieldRule("RetryCount", .delivery),
    ]

    private static let conversationFields: [FieldRule] =
        sharedFields + [
            FieldRule("ChatServiceSid", .text), FieldRule("ConversationSid", .text),
            FieldRule("MessagingServiceSid", .text), FieldRule("Author", .text), FieldRule("ParticipantSid", .text),
            FieldRule("Media", .json), FieldRule("State", .text), FieldRule("StateUpdated", .text),
            FieldRule("StateFrom", .text), FieldRule("StateTo", .text), FieldRule("MessageBody", .text),
            FieldRule("LastReadMessageIndex", .integer), FieldRule("DeliveryReceiptSid", .text),
            FieldRule("ChannelMessageSid", .text), FieldRule("Status", .text), FieldRule("ErrorCode", .integer),
            FieldRule("MessagingBinding.Type", .text), FieldRule("MessagingBinding.Address", .text),
            FieldRule("MessagingBinding.ProxyAddress", .text), FieldRule("MessagingBinding.ProjectedAddress", .text),
            FieldRule("MessagingBinding.AuthorAddress", .text),
        ]

    private static let chatFields: [FieldRule] =
        sharedFields + [
            FieldRule("InstanceSid", .text, as: "chatServiceSid"),
            FieldRule("ChannelSid", .text, as: "conversationSid"),
            FieldRule("MemberSid", .text, as: "participantSid"), FieldRule("From", .text, as: "author"),
            FieldRule("MediaSid", .text), FieldRule("MediaFilename", .text), FieldRule("MediaContentType", .text),
            FieldRule("MediaSize", .integer), FieldRule("CreatedBy", .text), FieldRule("ModifiedBy", .text),
            FieldRule("ChannelType", .text),
            FieldRule("LastConsumedMessageIndex", .integer, as: "lastReadMessageIndex"),
        ]
}
