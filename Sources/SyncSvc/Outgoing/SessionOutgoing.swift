import Bus
import Events
import Twilio
import TwilioREST

/// Moves a conversation under its pair's key: ``OutgoingPlace`` over the session.
struct SessionOutgoing: OutgoingPlace {
    let session: PairSession
    let event: PumpEvent
    let copier: MessageCopier
    let participants: ParticipantMirror
    let work: (any OutgoingWork)?
    let flex: ConversationSID
    let frontline: ConversationSID
    let agent: String
    let customer: OutgoingMove.Customer

    private var projects: BothSides<any MessagingProject> { session.services.projects }

    func store(_ move: OutgoingMove, task: PairTask?, telling notice: OutgoingNotice?) async throws {
        guard var record = session.record else { return }
        record.agents[OutgoingMove.member] = move.json
        record.agents["customer"] = nil
        if let task { record.task = task }
        var events: [OutgoingEvent] = []
        if let notice, !move.agent.isEmpty {
            let told = try AgentEvent(agent: move.agent, kind: .outgoing(notice))
                .event(cause: "\(session.pair.text):\(notice.rawValue)")
            events.append(try OutgoingEvent(told))
        }
        try await session.save(record, publishing: events)
    }

    func copy() async throws -> PumpOutcome {
        try await copier.copy([.frontline, .flex], for: event, in: session)
    }

    func join(_ customer: OutgoingMove.Customer) async throws -> Bool {
        guard var binding = customer.binding else {
            let identity = projects.flex.spelling(Identity(customer.name))
            _ = try await projects.flex.add(ParticipantPost(identity: identity), to: flex)
            return true
        }
        binding.proxyAddress = session.services.numbers.proxy(for: binding.type) ?? binding.proxyAddress
        if projects.flex.dialect == .conversations {
            _ = try await projects.flex.add(ParticipantPost(binding: binding), to: flex)
        } else {
            // In shadow mode there is no work, and nothing is written either way.
            guard work?.isConnecting ?? true else { return false }
            let identity = projects.flex.spelling(Identity(binding.address))
            _ = try await projects.flex.add(ParticipantPost(identity: identity), to: flex)
            if let record = session.record, let work { try await work.connect(record, binding) }
        }
        return true
    }

    func giveUpJoining(_ customer: OutgoingMove.Customer) async throws {
        guard customer.binding != nil, let record = session.record, let work else { return }
        try await work.disconnect(record)
    }

    func leave(_ customer: OutgoingMove.Customer) async throws {
        guard let binding = customer.binding else { return }
        let present = try await projects.frontline.participants(in: frontline)
            .first { $0.binding?.address == binding.address }
        // Without the telephone he has left already; then the identity is there too, for it comes first.
        guard let present else { return }
        var attributes = present.attributes
        attributes["ToNumber"] = .string(binding.address)
        attributes["customer_id"] = attributes["customer_id"] ?? .string(binding.address)
        _ = try await projects.frontline.add(
            ParticipantPost(
                identity: projects.frontline.spelling(Identity(binding.address)), attributes: attributes),
            to: frontline)
        _ = try await projects.frontline.removeParticipant(present.sid, from: frontline)
    }

    func bringPeople() async throws { try await participants.bringIntoStep(session) }

    var isWorkWanted: Bool { work != nil && !agent.isEmpty }

    private var wanted: OutgoingWorkRequest? {
        session.record.map {
            OutgoingWorkRequest(
                record: $0, agent: session.services.names.common(Identity(agent), on: .frontline), customer: customer)
        }
    }

    func findWork() async throws -> PairTask? {
        guard let work, let wanted else { return nil }
        return try await work.find(wanted)
    }

    func openWork() async throws -> PairTask {
        guard let work, let wanted else { return PairTask() }
        return try await work.open(wanted)
    }

    func goesOn() async { await session.goesOn() }
    var now: Timestamp { session.now }
}
