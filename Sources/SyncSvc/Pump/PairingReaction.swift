import Bus
import Events
import Hosting
import Logging
import Twilio
import TwilioREST
import Wire

/// Joins two conversations: when an agent accepts work on the Flex side, or a conversation of the mobile app appears.
///
/// The counterpart's unique name is deterministic, so a create that is repeated after a crash, or raced, finds the
/// first one. Every step looks at what is there; the whole may run again at any point.
struct PairingReaction: PairReaction {
    let reasons: Set<PumpReason> = [.accepted, .appeared]
    let copier: MessageCopier
    let participants: ParticipantMirror
    let work: (any OutgoingWork)?
    /// How long a write may still take effect after it was begun.
    let writeHorizon: Duration

    func react(to event: PumpEvent, in session: PairSession) async throws -> PumpOutcome {
        if session.record == nil {
            // A doorbell that rang before its conversation was linked.
            if let pair = try await session.services.links.pair(of: event.conversation ?? event.pair),
                pair != event.pair
            {
                return try await forward(event, to: pair, session)
            }
            if let outcome = try await begin(event, session) { return outcome }
        }
        guard let record = session.record, record.isCopying else { return .done }
        try await noteTask(event, session)
        if record.origin == .frontline, event.reason == .appeared { return try await outgoing(event, session) }
        try await participants.bringIntoStep(session)
        return try await copier.copy([.flex, .frontline], for: event, in: session)
    }

    private func forward(_ event: PumpEvent, to pair: ConversationSID, _ session: PairSession) async throws
        -> PumpOutcome
    {
        var event = event
        let token = "forward:\(event.pair.text):\(event.cause)"
        event.pair = pair
        event.reason = event.reason == .appeared ? .participant : event.reason
        _ = try await session.services.bus.publish(try event.outgoing(.request(token: token)))
        return .done
    }

    /// Finds or makes the counterpart and stores the pair; nil: it is stored.
    private func begin(_ event: PumpEvent, _ session: PairSession) async throws -> PumpOutcome? {
        let services = session.services
        let origin = event.side
        let home = services.projects[origin]
        guard let conversation = try await home.conversation(event.pair) else { return .done }
        if conversation.state == .initializing { return .again(after: .milliseconds(500), reason: "sync.initializing") }
        guard conversation.state == .active else { return .done }
        if origin == .frontline {
            // A counterpart that is being made has our name; the one who makes it goes on with it.
            if conversation.uniqueName?.hasPrefix(Self.namePrefix) == true { return .done }
            if conversation.attributes["isNotificationSystem"]?.bool == true {
                return try await ignore(event.pair, session)
            }
        }
        if let other = Self.sampleLink(conversation.attributes, origin),
            try await services.projects[origin.other].conversation(other)?.state == .active,
            try await services.links.pair(of: other) == nil
        {
            return try await adopt(event, other, session)
        }
        let present = origin == .frontline ? try await home.participants(in: event.pair) : []
        // Half built by the app: the next one who joins rings again.
        if origin == .frontline, present.count < 2 { return .done }
        let mark: JSONValue = ["pair": .string(event.pair.text), "from": .string(origin.rawValue)]
        let post = ConversationPost(
            uniqueName: "\(Self.namePrefix)\(home.account.text):\(event.pair.text)",
            friendlyName: Self.displayName(event, conversation),
            attributes: JSONObject([(MirrorTag.namespace, mark)]))
        let (counterpart, isAdopted) = try await create(post, for: present, on: origin.other, services)
        var record = PairRecord(id: event.pair, origin: origin, state: .open)
        record.conversations[origin.other] = counterpart.sid
        if isAdopted {
            // Somebody may have begun to copy: look for copies first.
            record.intent = WriteIntent(side: origin.other, sources: [], floor: -1, until: session.now)
        }
        try await store(record, how: isAdopted ? "adopted" : "created", session)
        return nil
    }

    /// The counterpart; of an agent's own conversation it may have to be made together with its work.
    private func create(
        _ post: ConversationPost, for present: [ProjectParticipant], on side: Side, _ services: PumpServices
    ) async throws -> (ProjectConversation, isAdopted: Bool) {
        let project = services.projects[side]
        let agent = Self.agent(present)
        if side == .flex, let work, let identity = agent?.identity, let customer = Self.customer(present, agent) {
            let name = services.names.common(services.projects.frontline.name(of: identity), on: .frontline)
            let wanted = OutgoingMove.Customer(binding: customer.binding)
            if let made = try await work.counterpart(post, agent: name, customer: wanted, in: project) { return made }
        }
        return try await project.create(post)
    }

    static let namePrefix = "ff:"

    /// The other conversation as the sample linked it.
    static func sampleLink(_ attributes: JSONObject, _ side: Side) -> ConversationSID? {
        let name = side == .flex ? "ConversationSid" : "chatChannelSid"
        return attributes[name]?.string.flatMap { try? ConversationSID($0) }
    }

    /// A pair that the sample made: what is there was copied by it.
    private func adopt(_ event: PumpEvent, _ other: ConversationSID, _ session: PairSession) async throws
        -> PumpOutcome?
    {
        var record = PairRecord(id: event.pair, origin: event.side, state: .open)
        record.conversations[event.side.other] = other
        let projects = session.services.projects
        var messages = BothSides<[ProjectMessage]>(both: [])
        var last = BothSides(both: -1)
        for side in Side.allCases {
            guard let conversation = record.conversations[side] else { continue }
            last[side] = try await projects[side].lastIndex(in: conversation)
            let first = max(-1, last[side] - AdoptionPoint.depth)
            messages[side] =
                try await projects[side].messages(in: conversation, after: first, limit: AdoptionPoint.depth).messages
        }
        for side in Side.allCases {
            let index = AdoptionPoint.index(own: messages[side], other: messages[side.other], last: last[side])
            record.cursors[side] = PairCursor(index: index)
        }
        try await store(record, how: "sample", session)
        return nil
    }

    private func ignore(_ conversation: ConversationSID, _ session: PairSession) async throws -> PumpOutcome? {
        let record = PairRecord(id: conversation, origin: .frontline, state: .ignored)
        try await session.save(record, writing: [session.services.links.write(conversation, to: conversation)])
        return .done
    }

    private func store(_ record: PairRecord, how: String, _ session: PairSession) async throws {
        let links = Side.allCases.compactMap { record.conversations[$0] }.map {
            session.services.links.write($0, to: record.id)
        }
        try await session.save(record, publishing: [try SyncEvents.paired(record, how: how)], writing: links)
        session.services.logger.info(
            "Two conversations are paired",
            metadata: ["pair": "\(record.id.text)", LogKeys.reason: "\(how)", "origin": "\(record.origin.rawValue)"])
    }

    /// Keeps what the event says about the work.
    private func noteTask(_ event: PumpEvent, _ session: PairSession) async throws {
        guard event.reason == .accepted, var record = session.record else { return }
        let attributes = event.details["taskAttributes"]
        func text(_ name: String) -> String { event.details[name]?.string ?? "" }
        record.task = PairTask(
            task: text("taskSid"), reservation: text("reservationSid"), worker: text("workerSid"),
            workerName: text("workerName"),
            channel: attributes?["channelType"]?.string ?? text("taskChannelUniqueName"),
            interaction: attributes?["flexInteractionSid"]?.string ?? "",
            interactionChannel: attributes?["flexInteractionChannelSid"]?.string ?? "")
        guard record.task != session.record?.task else { return }
        // The agent is to be there, also where Flex does not say so by a participant.
        let worker = record.task.workerName
        if !worker.isEmpty, !record.participants.contains(where: { $0.name == worker }),
            let conversation = record.conversations.frontline
        {
            let frontline = session.services.projects.frontline
            let added = try await frontline.add(
                ParticipantPost(identity: frontline.spelling(session.services.names.local(worker, on: .frontline))),
                to: conversation)
            record.participants.append(
                PairParticipant(
                    name: worker, role: .agent, origin: .flex, sids: BothSides(flex: "", frontline: added.sid)))
        }
        try await session.save(record)
    }

    /// The name that agents see.
    static func displayName(_ event: PumpEvent, _ conversation: ProjectConversation) -> String? {
        let attributes = event.details["taskAttributes"]
        let asked = conversation.attributes["pre_engagement_data"] ?? attributes?["pre_engagement_data"]
        let names = [
            asked?["friendlyName"]?.string, asked?["name"]?.string, attributes?["customerName"]?.string,
            attributes?["name"]?.string, attributes?["from"]?.string, conversation.friendlyName,
        ]
        return names.compactMap { $0 }.first { !$0.isEmpty }
    }
}
