/// What a project has of Flex Interactions, web chats and Frontline users.
struct FlexState: Sendable {
    /// Interactions kept; of more than that the oldest closed ones go.
    static let maxInteractions = 50_000

    var interactions = SIDTable<Interaction>()
    /// Interactions by the SIDs of their channels, conversations and tasks.
    var interactionOf: [String: String] = [:]
    /// Whether a Frontline user is there, by identity.
    var frontlineAvailable: [String: Bool] = [:]
    /// SIDs of Frontline users by identity.
    var frontlineUsers: [String: String] = [:]
}

extension FlexState {
    /// Makes room for another interaction.
    mutating func trim() {
        guard interactions.count >= Self.maxInteractions else { return }
        for old in interactions.all.filter({ $0.status == .closed || $0.status == .failed }).prefix(1_000) {
            for key in [old.channelSID, old.conversationSID] + old.invites.map(\.taskSID) { interactionOf[key] = nil }
            interactions[old.sid] = nil
        }
    }
}

extension World {
    /// Makes what the project begins with: a Frontline user for each worker.
    mutating func seedFlex() {
        for worker in taskRouter.workspace.workers.all {
            flex.frontlineUsers[worker.name] = newSID("US")
            flex.frontlineAvailable[worker.name] = false
        }
    }
}
