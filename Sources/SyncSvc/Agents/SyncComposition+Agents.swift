import ServiceLifecycle

extension SyncComposition {
    /// Reactions of the agents' part: transfers and the end of work.
    var agentReactions: [any PairReaction] { [] }
    /// What the agents' part does after the pump's reactions.
    var agentFollowUps: [any PairFollowUp] { [] }
    /// Services of the agents' part.
    var agentServices: [any Service] { [] }
}
