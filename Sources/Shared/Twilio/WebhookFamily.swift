/// Which product a webhook comes from: it decides the names of the parameters and the topics.
public enum WebhookFamily: String, CaseIterable, Hashable, Sendable {
    case taskrouter
    case conversations
    /// Programmable Chat, the retired dialect of conversations.
    case chat
    case voice
}
