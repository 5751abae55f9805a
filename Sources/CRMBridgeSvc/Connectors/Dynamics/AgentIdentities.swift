/// Who agents are to Entra: their object ids.
protocol AgentIdentities: Sendable {
    /// The Entra object id of an agent; nil when it is not known.
    func entraObjectID(of agent: String) async -> RecordGUID?
}

/// As the workers' attributes say (`entra_object_id`).
struct StoredIdentities: AgentIdentities {
    let store: BridgeStore

    func entraObjectID(of agent: String) async -> RecordGUID? {
        let found = try? await store.agent(agent)
        return found?.record.entraObjectID.flatMap(RecordGUID.init)
    }
}
