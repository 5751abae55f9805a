import Bus
import Events
import Hosting
import Wire

/// Interactions, agents and leases in their maps behind the Broker.
struct BridgeStore: Sendable {
    /// How long an interaction is kept after its end, and a link after it was made; milliseconds.
    static let endedTTL: UInt64 = 86_400_000
    static let linkTTL: UInt64 = 7 * 86_400_000
    /// Interactions of one agent that a page has at most, and pages that are read.
    static let maxListed = 1_000
    static let maxPages = 50

    let bus: BusConnection

    /// Publishes and writes, all or nothing.
    ///
    /// - Returns: False when somebody else was first, or it is not known whether it was done: read again and decide anew.
    /// - Throws: ``BusError``.
    func commit(_ publishes: [OutgoingEvent], _ writes: [MapWrite]) async throws(BusError) -> Bool {
        do throws(BusError) {
            _ = try await bus.transact(publishes: publishes, writes: writes)
            return true
        } catch {
            switch error {
            case .revisionMismatch, .outcomeUnknown: return false
            default: throw error
            }
        }
    }

    /// Publishes what may have been told before, with another time: that counts as told.
    func tell(_ event: OutgoingEvent) async throws(BusError) {
        for case .failure(let error) in await bus.outcomes(publishing: [event]) {
            guard case .conflict = error else { throw error }
        }
    }

    // MARK: Interactions

    func load(_ key: String) async throws(BusError) -> (interaction: Interaction, revision: UInt64)? {
        guard let entry = try await bus.map(CRMMaps.interactions).get(key),
            let json = try? JSONValue(parsing: entry.value), let interaction = Interaction(stored: json)
        else { return nil }
        return (interaction, entry.revision)
    }

    /// All of one agent's, in no order.
    func interactions(of agent: String) async throws(BusError) -> [Interaction] {
        var found: [Interaction] = []
        var after = ""
        for _ in 0..<Self.maxPages {
            let page = try await bus.map(CRMMaps.interactions).list(
                prefix: "\(agent)/", after: after, limit: Self.maxListed)
            found += page.entries.compactMap { (try? JSONValue(parsing: $0.value)).flatMap { Interaction(stored: $0) } }
            guard page.hasMore, let last = page.entries.last?.key else { break }
            after = last
        }
        return found
    }

    func write(_ interaction: Interaction, expecting revision: UInt64) -> MapWrite {
        MapWrite(
            .put, map: CRMMaps.interactions, key: interaction.key, value: interaction.stored.bytes,
            expectedRevision: revision, ttl: interaction.state.isFinal ? Self.endedTTL : 0)
    }

    /// Keys of interactions by a task, a dial or a conversation; the link's own name with each.
    func links(of id: String) async throws(BusError) -> [(name: String, key: String)] {
        try await bus.map(CRMMaps.links).list(prefix: "\(id)/").entries.map {
            (String($0.key.dropFirst(id.count + 1)), String(decoding: $0.value, as: UTF8.self))
        }
    }

    func link(_ id: String, _ name: String, to key: String, isNew: Bool) -> MapWrite {
        MapWrite(
            .put, map: CRMMaps.links, key: "\(id)/\(name)", value: Array(key.utf8), expectedRevision: isNew ? 0 : nil,
            ttl: Self.linkTTL)
    }

    // MARK: Agents

    /// By friendly name or WorkerSid.
    func agent(_ subject: String) async throws(BusError) -> (record: AgentRecord, revision: UInt64)? {
        guard let entry = try await bus.map(CRMMaps.agents).get(subject) else { return nil }
        if let json = try? JSONValue(parsing: entry.value), let record = AgentRecord(stored: json) {
            return (record, entry.revision)
        }
        let name = String(decoding: entry.value, as: UTF8.self)
        guard name != subject, subject.hasPrefix("WK") else { return nil }
        return try await agent(name)
    }

    func writes(_ agent: AgentRecord, expecting revision: UInt64) -> [MapWrite] {
        [
            MapWrite(
                .put, map: CRMMaps.agents, key: agent.agentID, value: agent.stored.bytes, expectedRevision: revision),
            MapWrite(.put, map: CRMMaps.agents, key: agent.workerSID, value: Array(agent.agentID.utf8)),
        ]
    }

    /// The journal's end: from there on the stream tells what changes.
    func end() async throws(BusError) -> UInt64 {
        try await bus.read(ReadRequest(time: SystemTime.unixNanoseconds(), limit: 1)).end
    }

    // MARK: Leases

    /// The panel that leads.
    func leader(of agent: String) async throws(BusError) -> (panel: String, revision: UInt64, expires: Int)? {
        try await bus.map(CRMMaps.leases).get(agent).map {
            (String(decoding: $0.value, as: UTF8.self), $0.revision, Int($0.expires / 1_000_000))
        }
    }

    func hold(_ agent: String, panel: String, expecting revision: UInt64) async throws(BusError) {
        try await bus.map(CRMMaps.leases).put(
            agent, Array(panel.utf8), expecting: revision, ttl: .milliseconds(AgentLease.lifetime))
    }

    func release(_ agent: String, expecting revision: UInt64) async throws(BusError) {
        try await bus.map(CRMMaps.leases).delete(agent, expecting: revision)
    }

    // MARK: Dials

    /// When the agent dialled lately, Unix milliseconds, and the entry's revision.
    func dials(of agent: String) async throws(BusError) -> (times: [Int], revision: UInt64) {
        guard let entry = try await bus.map(CRMMaps.dials).get(agent) else { return ([], 0) }
        let json = try? JSONValue(parsing: entry.value)
        return (json?.array?.compactMap { $0.integer.map { Int($0) } } ?? [], entry.revision)
    }

    func write(dials: [Int], of agent: String, expecting revision: UInt64) -> MapWrite {
        MapWrite(
            .put, map: CRMMaps.dials, key: agent,
            value: JSONValue.array(dials.map { .number(JSONNumber($0)) }).bytes, expectedRevision: revision,
            ttl: 120_000)
    }
}
