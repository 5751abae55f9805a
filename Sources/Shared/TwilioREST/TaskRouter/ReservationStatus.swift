/// Where a reservation is: pending → accepted | rejected | timeout | canceled | rescinded; accepted → wrapping → completed.
public enum ReservationStatus: Hashable, Sendable {
    case pending
    case accepted
    case rejected
    case timeout
    case canceled
    /// Another worker was faster.
    case rescinded
    case wrapping
    case completed
    /// A word we do not know.
    case other(String)

    /// Reads the provider's word.
    ///
    /// - Parameter text: The word.
    public init(_ text: String) {
        self =
            switch text {
            case "pending": .pending
            case "accepted": .accepted
            case "rejected": .rejected
            case "timeout": .timeout
            case "canceled": .canceled
            case "rescinded": .rescinded
            case "wrapping": .wrapping
            case "completed": .completed
            default: .other(text)
            }
    }

    /// The provider's word.
    public var text: String {
        switch self {
        case .pending: "pending"
        case .accepted: "accepted"
        case .rejected: "rejected"
        case .timeout: "timeout"
        case .canceled: "canceled"
        case .rescinded: "rescinded"
        case .wrapping: "wrapping"
        case .completed: "completed"
        case .other(let text): text
        }
    }

    /// Whether nothing more can become of it.
    public var isFinal: Bool {
        switch self {
        case .rejected, .timeout, .canceled, .rescinded, .completed: true
        case .pending, .accepted, .wrapping, .other: false
        }
    }
}
