import Events

/// A conversation or channel as either dialect knows it.
struct ProjectConversation: Hashable, Sendable {
    enum State: String, Sendable {
        /// Half built by the provider: writes fail until it is active.
        case initializing
        case active
        case closed
    }

    var sid: ConversationSID
    var friendlyName: String?
    var uniqueName: String?
    var attributes: JSONObject
    var state: State
    var dateCreated: Timestamp?
    var dateUpdated: Timestamp?
}

/// A conversation to be created, or found under its unique name.
struct ConversationPost: Hashable, Sendable {
    /// Deterministic, so that a repeated create collides and the first one is adopted.
    var uniqueName: String
    var friendlyName: String?
    var attributes: JSONObject
}

/// Someone in a conversation.
struct ProjectParticipant: Hashable, Sendable {
    /// `MB…`.
    var sid: String
    /// As the project spells it; nil for one who is there by telephone only.
    var identity: String?
    /// Who writes from a telephone.
    var binding: Binding?
    var attributes: JSONObject
    /// The last message that was read; nil: none.
    var lastReadIndex: Int?

    /// A telephone and the number it writes to.
    struct Binding: Hashable, Sendable {
        /// `sms`, `whatsapp`.
        var type: String
        var address: String
        var proxyAddress: String?
    }
}

/// Someone to be added.
struct ParticipantPost: Hashable, Sendable {
    /// As the project spells it; nil with a binding.
    var identity: String?
    var binding: ProjectParticipant.Binding?
    var attributes = JSONObject()
}
