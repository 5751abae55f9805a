import Events
import Twilio
import TwilioREST

extension PairingReaction {
    /// A conversation that an agent began in the mobile app: the customer moves to the Flex side, what was written
    /// before is copied, and it becomes a piece of work that the agent has; see ``OutgoingMove``.
    ///
    /// A message that the agent writes between the customer's joining and leaving reaches him twice: for two requests he
    /// is in both conversations, because in neither he would miss everything.
    func outgoing(_ event: PumpEvent, _ session: PairSession) async throws -> PumpOutcome {
        guard let record = session.record, let home = record.conversations.frontline else { return .done }
        let begun = OutgoingMove(record)
        let present = try await session.services.projects.frontline.participants(in: home)
        guard let move = begun.map({ complete($0, present, session) }) ?? begin(present, session) else {
            try await participants.bringIntoStep(session)
            return try await copier.copy([.frontline, .flex], for: event, in: session)
        }
        return try await proceed(move, for: event, in: session)
    }

    /// Goes on with a move from where it stands.
    func proceed(_ move: OutgoingMove, for event: PumpEvent, in session: PairSession) async throws -> PumpOutcome {
        guard let record = session.record, let home = record.conversations.frontline,
            let flex = record.conversations.flex
        else { return .done }
        if move.isOver {
            try await participants.bringIntoStep(session)
            return try await copier.copy([.frontline, .flex], for: event, in: session)
        }
        let place = SessionOutgoing(
            session: session, event: event, copier: copier, participants: participants, work: work, flex: flex,
            frontline: home, agent: move.agent, customer: move.customer)
        if OutgoingMove(record) != move { try await place.store(move, task: nil, telling: nil) }
        var move = move
        return try await OutgoingMover(writeHorizon: writeHorizon).proceed(&move, in: place)
    }

    /// Who is to be moved; nil: there is nobody but the agent.
    private func begin(_ present: [ProjectParticipant], _ session: PairSession) -> OutgoingMove? {
        let project = session.services.projects.frontline
        let agent = Self.agent(present)
        guard let customer = Self.customer(present, agent) else { return nil }
        let name = customer.binding == nil ? customer.identity.map { project.name(of: $0).text } ?? "" : ""
        return OutgoingMove(
            customer: OutgoingMove.Customer(binding: customer.binding, name: name),
            agent: agent?.identity.map { project.name(of: $0).text } ?? "")
    }

    /// Earlier versions did not note who the agent is.
    private func complete(
        _ move: OutgoingMove, _ present: [ProjectParticipant], _ session: PairSession
    ) -> OutgoingMove {
        guard move.agent.isEmpty, move.step == .copy, let identity = Self.agent(present)?.identity else { return move }
        return OutgoingMove(
            customer: move.customer, agent: session.services.projects.frontline.name(of: identity).text)
    }

    static func agent(_ present: [ProjectParticipant]) -> ProjectParticipant? {
        present.first { $0.binding == nil && $0.attributes["customer_id"] == nil }
    }

    static func customer(_ present: [ProjectParticipant], _ agent: ProjectParticipant?) -> ProjectParticipant? {
        present.first { $0.binding != nil } ?? present.first { $0.sid != agent?.sid }
    }
}
