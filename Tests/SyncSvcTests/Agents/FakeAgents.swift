import Bus
import Events
import Synchronization
import TwilioREST
import Wire

@testable import SyncSvc

/// Two projects in memory, whose calls fail when a test says so: before they take effect, or after.
final class FakeAgents: AgentProvider {
    enum Fault: Sendable {
        case before, after
    }

    struct State: Sendable {
        var workers: [Side: [String: AgentWorker]] = [:]
        /// Nil value: pending.
        var reservations: [String: PromptOutcome?] = [:]
        var accepted: [String] = []
        var declined: [String] = []
        var conversations = 0
        var messages: [(tag: String, text: String)] = []
        var activityWrites: [ActivitySync.Write] = []
        var appAvailability: Bool?
        /// One for each write to come.
        var faults: [Fault?] = []
    }

    let state: Mutex<State>

    init(_ state: State = State()) { self.state = Mutex(state) }

    var now: State { state.withLock { $0 } }

    func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }

    /// A write that may fail on either side of its effect.
    private func write<Value: Sendable>(
        _ body: (inout State) -> Value
    ) throws(TwilioError) -> Value {
        let (fault, value) = state.withLock { state -> (Fault?, Value?) in
            let fault = state.faults.isEmpty ? nil : state.faults.removeFirst()
            return fault == .before ? (fault, nil) : (fault, body(&state))
        }
        guard fault == nil, let value else { throw .outcomeUnknown(reason: "fault", problem: nil) }
        return value
    }

    func worker(_ name: String, on side: Side, known: String?) async throws(TwilioError) -> AgentWorker? {
        now.workers[side]?[name]
    }

    func openReservations(ofFlexWorker worker: String) async throws(TwilioError) -> Int {
        now.reservations.values.filter { $0 == .accepted }.count
    }

    func outcome(_ prompt: Prompt) async throws(TwilioError) -> PromptOutcome? {
        now.reservations[prompt.reservation] ?? .gone
    }

    func accept(_ prompt: Prompt) async throws(TwilioError) -> PromptOutcome {
        try write { state in
            if case .some(.none) = state.reservations[prompt.reservation] {
                state.reservations[prompt.reservation] = .some(.accepted)
                state.accepted.append(prompt.reservation)
            }
            return (state.reservations[prompt.reservation] ?? .gone) ?? .gone
        }
    }

    func decline(_ prompt: Prompt) async throws(TwilioError) -> PromptOutcome {
        try write { state in
            if case .some(.none) = state.reservations[prompt.reservation] {
                state.reservations[prompt.reservation] = .some(.declined)
                state.declined.append(prompt.reservation)
            }
            return (state.reservations[prompt.reservation] ?? .gone) ?? .gone
        }
    }

    func setActivity(
        _ activity: String, of worker: String, on side: Side
    ) async throws(TwilioError) -> ActivityChanged? {
        try write { state in
            for (name, present) in state.workers[side] ?? [:] where present.sid == worker {
                let isAvailable = activity == "Available"
                state.workers[side]?[name] = AgentWorker(sid: worker, activity: activity, isAvailable: isAvailable)
            }
            state.activityWrites.append(.init(side: side, activity: activity))
            return ActivityChanged(isAvailable: activity == "Available", second: nil)
        }
    }

    func setAppAvailability(_ isAvailable: Bool, of agent: String) async throws(TwilioError) {
        change { $0.appAvailability = isAvailable }
    }

    func systemConversation(
        of agent: String, known: AgentRecord.SystemConversation?
    ) async throws(TwilioError) -> AgentRecord.SystemConversation {
        if let known { return known }
        change { $0.conversations = 1 }
        return AgentRecord.SystemConversation(sid: "CHsystem", generation: 0)
    }

    func index(ofNotice tag: String, in conversation: String) async throws(TwilioError) -> Int? {
        now.messages.firstIndex { $0.tag == tag }
    }

    func post(
        _ text: String, tag: String, to agent: String, in conversation: String
    ) async throws(TwilioError) -> Int {
        try write { state in
            state.messages.append((tag, text))
            return state.messages.count - 1
        }
    }
}

/// The map `sync-agents` in memory.
final class FakeStore: AgentStore {
    private let entries = Mutex<[String: (value: [UInt8], revision: UInt64)]>([:])

    func load(_ agent: String) async throws(BusError) -> (record: AgentRecord, revision: UInt64) {
        guard let entry = entries.withLock({ $0[AgentRecord.key(agent)] }),
            let json = try? JSONValue(parsing: entry.value)
        else { return (AgentRecord(), 0) }
        return (AgentRecord(json), entry.revision)
    }

    func save(_ record: AgentRecord, of agent: String, expecting revision: UInt64) async throws(BusError) -> UInt64 {
        try apply(writes(record, of: agent, expecting: revision))
    }

    func writes(_ record: AgentRecord, of agent: String, expecting revision: UInt64) -> [MapWrite] {
        [
            MapWrite(
                .put, map: AgentRecord.map, key: AgentRecord.key(agent), value: record.json.bytes,
                expectedRevision: revision)
        ]
    }

    func agent(ofSystemConversation conversation: String) async throws(BusError) -> String? { nil }

    /// What the Broker does with the writes of a settlement.
    @discardableResult
    func apply(_ writes: [MapWrite]) throws(BusError) -> UInt64 {
        let result = entries.withLock { entries -> Result<UInt64, BusError> in
            var last: UInt64 = 0
            for write in writes {
                let present = entries[write.key]?.revision ?? 0
                if let expected = write.expectedRevision, expected != present {
                    return .failure(.revisionMismatch(current: present))
                }
                last = present + 1
                entries[write.key] = (write.value, last)
            }
            return .success(last)
        }
        return try result.get()
    }
}
