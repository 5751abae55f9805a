/// Where a task is in its life.
public enum TaskStatus: Hashable, Sendable {
    case pending
    case reserved
    case assigned
    case canceled
    case completed
    case wrapping
    /// A word we do not know.
    case other(String)

    /// Reads the provider's word.
    ///
    /// - Parameter text: The word.
    public init(_ text: String) {
        self =
            switch text {
            case "pending": .pending
            case "reserved": .reserved
            case "assigned": .assigned
            case "canceled": .canceled
            case "completed": .completed
            case "wrapping": .wrapping
            default: .other(text)
            }
    }

    /// The provider's word.
    public var text: String {
        switch self {
        case .pending: "pending"
        case .reserved: "reserved"
        case .assigned: "assigned"
        case .canceled: "canceled"
        case .completed: "completed"
        case .wrapping: "wrapping"
        case .other(let text): text
        }
    }

    /// Whether nothing more can become of it.
    public var isFinal: Bool { self == .completed || self == .canceled }
}
