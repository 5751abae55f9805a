/// When the customer's record is shown; which one, ``MatchDecision`` says.
enum PopPolicy {
    /// Matches that the agent's browser gets.
    static let maxMatches = 20

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
