/// The maps behind the Broker that hold what the bridge knows, and their keys.
enum CRMMaps {
    /// agentId → ``AgentRecord``.
    static let agents = "crm-agents"
    /// agentId → panelId; entries live 15 s.
    static let leases = "crm-leases"
    /// `<agentId>/<interactionId>` → ``Interaction``.
    static let interactions = "crm-interactions"
    /// callSid, conferenceSid, conversationSid, taskSid or reservationSid → keys in ``interactions``.
    static let calls = "crm-calls"
    /// dialId → the dial's state.
    static let dials = "crm-dials"
    /// `queued/<ActivityLog.id>` → ``ActivityLog``, written in the transaction that ends an interaction; the connector's side
    /// moves it on.
    static let outbox = "crm-outbox"

    static func queued(_ log: ActivityLog) -> String { "queued/\(log.id)" }
}
