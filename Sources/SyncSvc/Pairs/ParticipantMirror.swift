import Events
import Twilio
import TwilioREST

/// Keeps the same people on both sides of a pair; see ``Roster``.
struct ParticipantMirror: PairReaction {
    let reasons: Set<PumpReason> = [.participant]

    func react(to event: PumpEvent, in session: PairSession) async throws -> PumpOutcome {
        guard let record = session.record, record.isCopying else { return .done }
        try await bringIntoStep(session)
        return .done
    }

    /// Adds and removes whom ``Roster`` says, and notes who is there.
    func bringIntoStep(_ session: PairSession) async throws {
        guard let record = session.record, let flex = record.conversations.flex,
            let frontline = record.conversations.frontline
        else { return }
        // While the customer of an agent's own conversation is on his way, nobody is brought anywhere.
        if let move = OutgoingMove(record), move.isMoving { return }
        let projects = session.services.projects
        let listed = BothSides(
            flex: try await projects.flex.participants(in: flex),
            frontline: try await projects.frontline.participants(in: frontline))
        let present = BothSides(
            flex: people(listed.flex, .flex, session), frontline: people(listed.frontline, .frontline, session))
        let roster = Roster(dialects: BothSides(flex: projects.flex.dialect, frontline: projects.frontline.dialect))
        var (entries, actions) = roster.plan(record.participants, present: present)
        for action in actions {
            switch action {
            case .add(var entry, let side):
                guard let conversation = record.conversations[side] else { continue }
                let shown = listed[side.other].first { $0.sid == entry.sids[side.other] }.flatMap(Self.displayName)
                let added = try await projects[side].add(post(entry, shown, side, session), to: conversation)
                entry.sids[side] = added.sid
                entries.append(entry)
            case .remove(let sid, let side):
                guard let conversation = record.conversations[side] else { continue }
                _ = try await projects[side].removeParticipant(sid, from: conversation)
            }
        }
        guard entries != record.participants, var latest = session.record else { return }
        latest.participants = entries
        try await session.save(latest)
    }

    private func people(
        _ participants: [ProjectParticipant], _ side: Side, _ session: PairSession
    ) -> [Roster.Person] {
        guard let record = session.record else { return [] }
        let services = session.services
        return participants.compactMap { participant in
            let name: String
            if let identity = participant.identity {
                name = services.names.common(services.projects[side].name(of: identity), on: side)
            } else if let binding = participant.binding, side == .flex {
                // A telephone in the app's conversation is reached there; see OutgoingMove.
                name = binding.address
            } else {
                return nil
            }
            return Roster.Person(name: name, sid: participant.sid, role: Self.role(participant, name, side, record))
        }
    }

    static func role(
        _ participant: ProjectParticipant, _ name: String, _ side: Side, _ record: PairRecord
    ) -> PairParticipant.Role {
        if participant.binding != nil || participant.attributes["customer_id"] != nil { return .customer }
        if name == record.task.workerName || participant.attributes["member_type"]?.string == "agent" { return .agent }
        // Whoever is in a conversation of the mobile app and is no customer works with it.
        return side == .frontline ? .agent : .customer
    }

    /// What a participant is called where he comes from: web chats have identities that say nothing.
    static func displayName(_ participant: ProjectParticipant) -> String? {
        ["display_name", "friendlyName", "name"].lazy
            .compactMap { participant.attributes[$0]?.string }.first { !$0.isEmpty }
    }

    private func post(
        _ entry: PairParticipant, _ shown: String?, _ side: Side, _ session: PairSession
    ) -> ParticipantPost {
        var attributes = JSONObject()
        switch (entry.role, side) {
        case (.customer, .frontline):
            // What the mobile app shows, and what its CRM callback is asked for.
            let id: JSONValue = [
                "p": .string(entry.sids.flex), "c": .string(session.conversation(on: .flex)?.text ?? ""),
            ]
            attributes["customer_id"] = .string(id.description)
            attributes["display_name"] = .string(shown ?? entry.name)
        case (.agent, .flex): attributes["member_type"] = "agent"
        default: break
        }
        let services = session.services
        let name = services.names.local(entry.name, on: side)
        return ParticipantPost(identity: services.projects[side].spelling(name), attributes: attributes)
    }
}
