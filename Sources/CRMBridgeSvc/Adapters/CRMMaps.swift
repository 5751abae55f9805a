/// The maps behind the Broker that hold what the bridge knows, and their keys.
enum CRMMaps {
    /// agentId → ``AgentRecord``.
    static let agents = "crm-agents"
    /// agentId → panelId; entries live 15 s.
    static let leases = "crm-leases"
    /// `<agentId>/<interactionId>` → ``Interaction``; kept for a day after the end.
    static let interactions = "crm-interactions"
    /// `<taskSid>/<reservationSid>`, `<dialId>/1`, `<conversationSid>/<interactionId>` → a key in ``interactions``.
    static let links = "crm-links"
    /// agentId → when numbers were dialled in the last minute.
    static let dials = "crm-dials"
    /// See ``ActivityOutbox``.
    static let outbox = "crm-outbox"
}
