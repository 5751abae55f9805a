/// Which messaging API a project speaks.
enum Dialect: String, CaseIterable, Hashable, Sendable {
    /// Twilio Conversations.
    case conversations
    /// Programmable Chat: retired, for those who still have it.
    case chat
}
