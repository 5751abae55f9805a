/// Where a conversation is in its life.
public enum ConversationState: Hashable, Sendable {
    /// Just made by an incoming message: writes fail until it is active.
    case initializing
    case active
    case inactive
    case closed
    /// A word we do not know.
    case other(String)

    /// Reads the provider's word.
    ///
    /// - Parameter text: The word.
    public init(_ text: String) {
        self =
            switch text {
            case "initializing": .initializing
            case "active": .active
            case "inactive": .inactive
            case "closed": .closed
            default: .other(text)
            }
    }

    /// The provider's word.
    public var text: String {
        switch self {
        case .initializing: "initializing"
        case .active: "active"
        case .inactive: "inactive"
        case .closed: "closed"
        case .other(let text): text
        }
    }
}
