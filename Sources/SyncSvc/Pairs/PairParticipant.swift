import Events

/// Someone who takes part on both sides, as far as we mirrored it.
struct PairParticipant: Hashable, Sendable {
    enum Role: String, CaseIterable, Sendable {
        case customer, agent
    }

    /// The identity, decoded; for a customer who writes by telephone the address.
    var name: String
    var role: Role
    /// Where the person came from.
    var origin: Side
    /// Participant (`MB…`) on each side; empty: not there.
    var sids: BothSides<String>
}
