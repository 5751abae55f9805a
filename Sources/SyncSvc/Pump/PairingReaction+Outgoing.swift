import Events
import Twilio
import TwilioREST

extension PairingReaction {
    /// A conversation that an agent began in the mobile app: the customer moves to the Flex side, what was written
    /// before is copied, and it becomes a piece of work that the agent has.
    ///
    /// The order matters. What the app has sent to the customer before must not be sent again: so the copies are written
    /// before the customer's telephone is joined to the Flex conversation.
    func outgoing(_ event: PumpEvent, _ session: PairSession) async throws -> PumpOutcome {
        guard let record = session.record, let home = record.conversations.frontline,
            let flex = record.conversations.flex
        else { return .done }
        let projects = session.services.projects
        let present = try await projects.frontline.participants(in: home)
        let agent = present.first { $0.binding == nil && $0.attributes["customer_id"] == nil }
        var customer = present.first { $0.binding != nil } ?? record.customer
        if customer == nil { customer = present.first { $0.sid != agent?.sid } }
        if let moved = present.first(where: { $0.binding != nil }), let binding = moved.binding {
            try await noteCustomer(moved, session)
            var attributes = moved.attributes
            attributes["ToNumber"] = .string(binding.address)
            attributes["customer_id"] = attributes["customer_id"] ?? .string(binding.address)
            _ = try await projects.frontline.add(
                ParticipantPost(
                    identity: projects.frontline.spelling(Identity(binding.address)), attributes: attributes),
                to: home)
            _ = try await projects.frontline.removeParticipant(moved.sid, from: home)
        }
        let outcome = try await copier.copy([.frontline, .flex], for: event, in: session)
        guard outcome == .done else { return outcome }
        if let customer {
            let binding = customer.binding.map { binding -> ProjectParticipant.Binding in
                var binding = binding
                binding.proxyAddress = session.services.numbers.proxy(for: binding.type) ?? binding.proxyAddress
                return binding
            }
            let isTelephone = binding != nil && projects.flex.dialect == .conversations
            let name = binding?.address ?? customer.identity.map { projects.frontline.name(of: $0).text } ?? ""
            _ = try await projects.flex.add(
                ParticipantPost(
                    identity: isTelephone ? nil : projects.flex.spelling(Identity(name)),
                    binding: isTelephone ? binding : nil), to: flex)
        }
        if let work, let agent, let customer, let latest = session.record, latest.task.task.isEmpty {
            let name = session.services.names.common(projects.frontline.name(of: agent.identity ?? ""), on: .frontline)
            var opened = latest
            do {
                opened.task = try await work.open(latest, agent: name, customer: customer, session.services)
            } catch let error as TwilioError where error.mayHaveTakenEffect {
                // The provider makes the task a moment later; then it is found.
                return .again(after: Self.taskPause, reason: error.code)
            }
            try await session.save(opened)
        }
        try await participants.bringIntoStep(session)
        return try await copier.copy([.frontline, .flex], for: event, in: session)
    }

    /// How long after an unknown outcome a task is looked for.
    static let taskPause: Duration = .seconds(3)

    /// Remembers the customer's telephone before it is taken out of the app's conversation.
    private func noteCustomer(_ customer: ProjectParticipant, _ session: PairSession) async throws {
        guard var record = session.record, let binding = customer.binding, record.customer == nil else { return }
        var note = JSONObject([("address", JSONValue.string(binding.address)), ("type", .string(binding.type))])
        note["proxy"] = binding.proxyAddress.map { .string($0) }
        record.agents["customer"] = .object(note)
        try await session.save(record)
    }
}

extension PairRecord {
    /// The customer's telephone, once it was moved.
    fileprivate var customer: ProjectParticipant? {
        guard let note = agents["customer"], let address = note["address"]?.string else { return nil }
        let binding = ProjectParticipant.Binding(
            type: note["type"]?.string ?? "sms", address: address, proxyAddress: note["proxy"]?.string)
        return ProjectParticipant(sid: "", identity: nil, binding: binding, attributes: JSONObject())
    }
}
