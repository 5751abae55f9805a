/// What a project has of Flex Interactions, web chats and Frontline users.
struct FlexState: Sendable {
    var interactions = SIDTable<Interaction>()
    /// Interactions by the SIDs of their channels, conversations and tasks.
    var interactionOf: [String: String] = [:]
    /// Whether a Frontline user is there, by identity.
    var frontlineAvailable: [String: Bool] = [:]
    /// SIDs of Frontline users by identity.
    var frontlineUsers: [String: String] = [:]
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
