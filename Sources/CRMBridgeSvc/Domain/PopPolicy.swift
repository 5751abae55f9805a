/// When the customer's record is shown, and which.
enum PopPolicy {
    /// Matches that the agent's browser gets.
    static let maxMatches = 20
    /// How much better than the next the best match must be to be the one.
    static let clearLead = 0.2

    enum Decision: Hashable, Sendable {
        case one(ContactMatch)
        case many
        case none

        var name: String {
            switch self {
            case .one: "one"
            case .many: "many"
            case .none: "none"
            }
        }
    }

    /// One when there is only one record, or one that is clearly better than all others.
    static func decide(_ matches: [ContactMatch]) -> Decision {
        let sorted = matches.sorted { $0.score > $1.score }
        guard let best = sorted.first else { return .none }
        let others = sorted.filter { $0.record.id != best.record.id || $0.record.entity != best.record.entity }
        guard let next = others.first else { return .one(best) }
        return best.score - next.score >= clearLead ? .one(best) : .many
    }

    /// The trigger by which the record is to be shown now; nil when it has been, or is not yet.
    static func trigger(_ interaction: Interaction, settings: PopSettings) -> String? {
        let wanted = settings[interaction.channel, interaction.direction]
        guard wanted == .offered || wanted == .accepted, !interaction.pops.contains(wanted.rawValue) else { return nil }
        let state = interaction.state
        switch wanted {
        case .offered: return state.isLive ? wanted.rawValue : nil
        // Not for what is over by the time it is heard of.
        case .accepted: return state.isLive && state != .offered ? wanted.rawValue : nil
        case .selected, .never: return nil
        }
    }

    /// Whether the CRM is to be asked for the customer.
    static func needsLookup(_ interaction: Interaction, settings: PopSettings) -> Bool {
        !interaction.isLookedUp && interaction.record == nil && interaction.state.isLive
            && settings[interaction.channel, interaction.direction] != .never
    }
}
