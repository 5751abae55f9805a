import Bus
import Events
import Hosting
import Logging
import Phone
import ServiceLifecycle
import TwilioREST
import Wire

/// Takes what the projects report into interactions: group `crm`.
struct BridgeConsumer: Service {
    static let group = "crm"
    /// Events at work at once, in each process.
    static let concurrency = 128
    /// How often an event waits for the interaction that it is about, which may be on its way.
    static let patience = 6
    static let maxDeliver = 60
    /// Longer than a lookup, a worker, a permission and a call take at the provider's limits.
    static let ackWaitMs = 90_000
    /// How far the very first join looks back, in nanoseconds.
    static let firstLookBack: UInt64 = 60_000_000_000

    let bus: BusConnection
    let desk: BridgeDesk
    let dials: DialDesk
    let agents: AgentDirectory
    let logger: Logger

    func run() async throws {
        var config = GroupConfig(filters: BridgeEvent.topics)
        config.deliverPolicy = .byTime
        config.startTime = SystemTime.unixNanoseconds() - Self.firstLookBack
        config.maxDeliver = Self.maxDeliver
        config.ackWaitMs = Self.ackWaitMs
        config.backoffMs = [50, 100, 200, 500, 1_000, 2_000]
        try await bus.consume(
            group: Self.group, config: config, update: true, options: ConsumeOptions(concurrency: Self.concurrency)
        ) { await handle($0) }
    }

    /// Takes one event in; every change is conditional and derived from facts, so a repeat changes nothing.
    func handle(_ delivery: Delivery) async -> Settlement {
        guard let event = try? delivery.event() else { return .term(reason: "crm.event_malformed") }
        // A replay is for looking at; what it says has been done.
        guard event.replayOf == nil,
            let input = BridgeEvent(event, received: Int(delivery.time / 1_000_000))
        else { return .ack }
        do {
            let settlement = try await take(input, event, delivery)
            let taken = SystemTime.unixNanoseconds()
            if delivery.attempt == 1, taken > delivery.time {
                desk.metrics.duration.observe(.nanoseconds(Int64(taken - delivery.time)))
            }
            return settlement
        } catch let error as BusError {
            return .nak(reason: error.code)
        } catch let error as TwilioError {
            return .nak(reason: error.code)
        } catch let failure as CRMFailure {
            return .nak(reason: failure.code)
        } catch {
            logger.error("An event could not be used", metadata: ["topic": "\(event.topic)", "error": "\(error)"])
            return .term(reason: "crm.event_unusable")
        }
    }

    private func take(_ input: BridgeEvent, _ event: Event, _ delivery: Delivery) async throws -> Settlement {
        switch input {
        case .reservation(let task, let reservation, let agent, let mark, let at):
            try await take(task, reservation, agent, mark, at, event.data.json ?? .null)
        case .task(let task, let mark, let at):
            for link in try await desk.store.links(of: task) {
                try await desk.change(link.key) { $0.state.isFinal ? [] : [.mark(mark, at: at)] }
            }
            try await transferFailed(task, TaskFacts(event.data.json ?? .null), isOver: true, at: at)
        case .conference(let target, let step):
            let links = try await desk.store.links(of: target)
            guard !links.isEmpty else { return missing(delivery) }
            for link in links { try await desk.change(link.key) { _ in [step] } }
        case .leg(let target, let leg, let mark, let call, let status, let at):
            let links = try await desk.store.links(of: target)
            guard !links.isEmpty else { return missing(delivery) }
            for link in links {
                let isTaken = try await dials.leg(link.key, leg, mark, call: call, status: status, at: at)
                guard isTaken else { return .nak(delay: .seconds(1), reason: "crm.call_searched") }
            }
        case .ended(let call, let status, let at):
            for link in try await desk.store.links(of: call) {
                guard let leg = BridgeEvent.Leg(rawValue: link.name) else { continue }
                let mark = leg == .agent ? Interaction.Mark.agentEnded : .customerEnded
                _ = try await dials.leg(link.key, leg, mark, call: call, status: status, at: at)
            }
        case .transferred(let task, let at):
            for link in try await desk.store.links(of: task) {
                try await desk.change(link.key) { $0.canHandOver ? [.transfer(.completed, sid: nil, at: at)] : [] }
            }
        case .worker:
            try await agents.take(
                event.data.json ?? .null, at: Int((event.time?.unixNanoseconds ?? delivery.time) / 1_000_000))
        case .message(let conversation): try await message(conversation, event)
        case .dial: return try await dials.take(event, delivery)
        case .activity(let id, let agent, let status, let revision):
            let reference = CRMRecord(event.data.json?["activity"])
            try await desk.change(Interaction.key(agent: agent, id: id)) { _ in
                [.logged(status: status, reference: reference, revision: revision)]
            }
        }
        return .ack
    }

    /// The interaction may be on its way, under another ordering key; or it is none of ours.
    private func missing(_ delivery: Delivery) -> Settlement {
        delivery.attempt < Self.patience ? .nak(reason: "crm.interaction_awaited") : .ack
    }

    // MARK: Reservations

    private func take(
        _ task: String, _ reservation: String, _ agent: String, _ mark: Interaction.Mark, _ at: Int, _ data: JSONValue
    ) async throws {
        let facts = TaskFacts(data)
        let links = try await desk.store.links(of: task)
        let known = links.first { $0.name == reservation }
        let id = links.isEmpty ? task : "\(task)~\(links.count + 1)"
        let key = known?.key ?? Interaction.key(agent: agent, id: id)
        var made: (interaction: Interaction, writes: [MapWrite])?
        if known == nil {
            var interaction = Interaction(id: id, agentID: agent, channel: facts.channel, direction: facts.direction)
            interaction.taskSID = task
            interaction.reservationSID = reservation
            var writes = [desk.store.link(task, reservation, to: key, isNew: true)]
            if let conversation = facts.conversationSID {
                writes.append(desk.store.link(conversation, id, to: key, isNew: false))
            }
            made = (interaction, writes)
        }
        if mark == .accepted, let origin = facts.origin { try await handOver(origin, to: task, at: at) }
        let timeout = Int(desk.settings.reservationTimeout.components.seconds * 1_000)
        let region = try await region(of: agent)
        try await desk.change(key, orMake: made, query: facts.query(region: region)) { _ in
            var inputs: [InteractionInput] = [
                .facts(facts, allowed: desk.settings.attributes), .mark(mark, at: at),
            ]
            if mark == .offered { inputs.append(.expires(at + timeout)) }
            return inputs
        }
        if mark == .rejected || mark == .missed { try await transferFailed(task, facts, isOver: false, at: at) }
    }

    /// Whose country's rules apply to numbers; without a question to the provider.
    private func region(of agent: String) async throws(BusError) -> String? {
        let record = try await desk.store.agent(agent)?.record
        let team =
            desk.settings.teams[record?.team ?? AgentRecord.defaultTeam]
            ?? desk.settings.teams[AgentRecord.defaultTeam]
        return team?.country?.code
    }

    // MARK: Transfers

    /// Another agent has the customer now: the first one's part is over.
    private func handOver(_ origin: String, to task: String, at: Int) async throws {
        for link in try await desk.store.links(of: origin) {
            var leaver: Interaction?
            try await desk.change(link.key) { interaction in
                guard interaction.canHandOver else { return [] }
                leaver = interaction
                return [.transfer(.completed, sid: task, at: at)]
            }
            guard let leaver, let call = leaver.agentCall else { continue }
            // His leg is alone in its conference by now.
            try await dials.calls.hangUp(call)
        }
    }

    /// Nobody took the customer over; a task for one agent alone waits no longer, one for a queue until it is over.
    private func transferFailed(_ task: String, _ facts: TaskFacts, isOver: Bool, at: Int) async throws {
        guard let origin = facts.origin else { return }
        for link in try await desk.store.links(of: origin) {
            var isForOne = false
            try await desk.change(link.key) { interaction in
                guard let transfer = interaction.transfer, transfer.offers(task) else { return [] }
                isForOne = transfer.kind == .agent
                return isForOne || isOver ? [.transfer(.failed, sid: task, at: at)] : []
            }
            if isForOne, !isOver { try await dials.calls.withdraw(task) }
        }
    }

    // MARK: Messages

    private func message(_ conversation: String, _ event: Event) async throws {
        guard let data = event.data.json else { return }
        let links = try await desk.store.links(of: conversation)
        for link in links {
            guard let interaction = try await desk.store.load(link.key)?.interaction, !interaction.state.isFinal else {
                continue
            }
            let message = ChatLine(event: data, time: event.time, agent: interaction.agentID)
            let told = try desk.events.updated(
                interaction, "message", message: message.json, id: "message:\(message.sid):\(interaction.id)")
            try await desk.store.tell(told)
        }
    }
}
