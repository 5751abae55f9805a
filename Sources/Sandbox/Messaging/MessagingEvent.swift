/// What happens in messaging, whichever dialect tells it.
enum MessagingEvent: CaseIterable, Sendable {
    case messageAdded, messageUpdated, messageRemoved
    case conversationAdded, conversationUpdated, conversationRemoved, conversationStateUpdated
    case participantAdded, participantUpdated, participantRemoved
    case deliveryUpdated, userAdded, userUpdated

    /// The `EventType` of the webhook; nil when the dialect has none.
    ///
    /// Programmable Chat has a name of its own for a message with media.
    func name(_ dialect: SandboxProject.Dialect, hasMedia: Bool = false) -> String? {
        switch (dialect, self) {
        case (.conversations, .messageAdded): "onMessageAdded"
        case (.chat, .messageAdded): hasMedia ? "onMediaMessageSent" : "onMessageSent"
        case (_, .messageUpdated): "onMessageUpdated"
        case (_, .messageRemoved): "onMessageRemoved"
        case (.conversations, .conversationAdded): "onConversationAdded"
        case (.chat, .conversationAdded): "onChannelAdded"
        case (.conversations, .conversationUpdated): "onConversationUpdated"
        case (.chat, .conversationUpdated): "onChannelUpdated"
        case (.conversations, .conversationRemoved): "onConversationRemoved"
        case (.chat, .conversationRemoved): "onChannelDestroyed"
        case (.conversations, .conversationStateUpdated): "onConversationStateUpdated"
        case (.chat, .conversationStateUpdated): nil
        case (.conversations, .participantAdded): "onParticipantAdded"
        case (.chat, .participantAdded): "onMemberAdded"
        case (.conversations, .participantUpdated): "onParticipantUpdated"
        case (.chat, .participantUpdated): "onMemberUpdated"
        case (.conversations, .participantRemoved): "onParticipantRemoved"
        case (.chat, .participantRemoved): "onMemberRemoved"
        case (.conversations, .deliveryUpdated): "onDeliveryUpdated"
        case (.chat, .deliveryUpdated): nil
        case (_, .userAdded): "onUserAdded"
        case (_, .userUpdated): "onUserUpdated"
        }
    }

    /// Every post-event of a dialect.
    static func postNames(_ dialect: SandboxProject.Dialect) -> [String] {
        allCases.compactMap { $0.name(dialect) } + (dialect == .chat ? ["onMediaMessageSent"] : [])
    }
}
