import Bus
import Events
import Wire

/// The records of agents, each read and written with its revision.
protocol AgentStore: Sendable {
    /// The record and its revision; a fresh one and 0 when there is none.
    func load(_ agent: String) async throws(BusError) -> (record: AgentRecord, revision: UInt64)
    /// Writes it if nobody else did meanwhile.
    /// - Throws: ``BusError/revisionMismatch(current:)``.
    func save(_ record: AgentRecord, of agent: String, expecting: UInt64) async throws(BusError) -> UInt64
    /// The writes that store it, for a transaction.
    func writes(_ record: AgentRecord, of agent: String, expecting: UInt64) -> [MapWrite]
    /// Whose system conversation it is.
    func agent(ofSystemConversation conversation: String) async throws(BusError) -> String?
}

/// The records in the map `sync-agents`.
struct MapAgentStore: AgentStore {
    let bus: BusConnection
    let map: BusMap

    init(bus: BusConnection, mapName: String) {
        self.bus = bus
        map = bus.map(mapName)
    }

    func load(_ agent: String) async throws(BusError) -> (record: AgentRecord, revision: UInt64) {
        guard let entry = try await map.get(AgentRecord.key(agent)) else { return (AgentRecord(), 0) }
        let json = try? JSONValue(parsing: entry.value)
        return (json.map { AgentRecord($0) } ?? AgentRecord(), entry.revision)
    }

    func save(_ record: AgentRecord, of agent: String, expecting revision: UInt64) async throws(BusError) -> UInt64 {
        let transaction = try await bus.transact(writes: writes(record, of: agent, expecting: revision))
        guard let revision = transaction.revisions.first else { throw .wire(.malformed(what: "settle result")) }
        return revision
    }

    func writes(_ record: AgentRecord, of agent: String, expecting revision: UInt64) -> [MapWrite] {
        var writes = [
            MapWrite(
                .put, map: map.name, key: AgentRecord.key(agent), value: record.json.bytes, expectedRevision: revision)
        ]
        if let system = record.system {
            writes.append(
                MapWrite(
                    .put, map: map.name, key: AgentRecord.systemKey(system.sid), value: Array(agent.utf8),
                    expectedRevision: nil))
        }
        return writes
    }

    func agent(ofSystemConversation conversation: String) async throws(BusError) -> String? {
        try await map.get(AgentRecord.systemKey(conversation)).map { String(decoding: $0.value, as: UTF8.self) }
    }
}
