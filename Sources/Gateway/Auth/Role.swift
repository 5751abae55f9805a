/// What a person may do: each role may do what those below it may.
enum Role: String, CaseIterable, Comparable, Sendable {
    /// Reads.
    case agent
    /// Edits and publishes.
    case supervisor
    case admin

    /// The highest role among names; nil when none is ours.
    init?(names: some Sequence<String>) {
        guard let role = names.compactMap(Role.init(rawValue:)).max() else { return nil }
        self = role
    }

    static func < (left: Role, right: Role) -> Bool {
        left.rank < right.rank
    }

    private var rank: Int {
        switch self {
        case .agent: 0
        case .supervisor: 1
        case .admin: 2
        }
    }
}
