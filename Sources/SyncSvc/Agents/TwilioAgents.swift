import Events
import Twilio
import TwilioREST

/// The two projects, as the desk of an agent needs them.
struct TwilioAgents: AgentProvider {
    /// Newest messages among which a notice is looked for.
    static let noticesSearched = 100
    /// Names a system conversation may have had: a closed one keeps its name, so the next has the next number.
    static let maxGenerations = 32

    let clients: BothSides<TwilioClient>
    let workspaces: BothSides<WorkspaceSID>
    let services: BothSides<ChatServiceSID>
    /// The app's project, for its conversations.
    let app: any MessagingProject

    private func taskRouter(_ side: Side) -> TaskRouterService { clients[side].taskRouter(workspaces[side]) }

    // MARK: Workers

    func worker(_ name: String, on side: Side, known: String?) async throws(TwilioError) -> AgentWorker? {
        if let sid = known.flatMap({ try? WorkerSID($0) }),
            let worker = try await taskRouter(side).findWorker(sid), worker.friendlyName == name
        {
            return AgentWorker(worker)
        }
        return try await taskRouter(side).findWorker(friendlyName: name).map { AgentWorker($0) }
    }

    func setActivity(
        _ activity: String, of worker: String, on side: Side
    ) async throws(TwilioError) -> ActivityChanged? {
        guard let sid = try? WorkerSID(worker) else { return nil }
        let found = try await taskRouter(side).activities(friendlyName: activity).first()
        guard let found, found.friendlyName == activity else { return nil }
        do throws(TwilioError) {
            let updated = try await taskRouter(side).updateWorker(sid, activity: found.sid)
            return ActivityChanged(isAvailable: updated.isAvailable, second: updated.dateStatusChanged)
        } catch {
            if error.isNotFound { return nil }
            throw error
        }
    }

    func setAppAvailability(_ isAvailable: Bool, of agent: String) async throws(TwilioError) {
        do throws(TwilioError) {
            _ = try await clients.frontline.frontline.update(agent, isAvailable: isAvailable)
        } catch {
            // Only projects with the retired app have such users.
            guard error.isNotFound else { throw error }
        }
    }

    // MARK: Reservations

    func openReservations(ofFlexWorker worker: String) async throws(TwilioError) -> Int {
        guard let sid = try? WorkerSID(worker) else { return 0 }
        var count = 0
        for status in [ReservationStatus.accepted, .wrapping] {
            count += try await taskRouter(.flex).reservations(worker: sid, status: status).all(limit: 1_000).count
        }
        return count
    }

    func outcome(_ prompt: Prompt) async throws(TwilioError) -> PromptOutcome? {
        guard let (reservation, task) = Self.sids(prompt) else { return .gone }
        do throws(TwilioError) {
            return Self.outcome(try await taskRouter(.flex).reservation(reservation, task: task).status)
        } catch {
            if error.isNotFound { return .gone }
            throw error
        }
    }

    func accept(_ prompt: Prompt) async throws(TwilioError) -> PromptOutcome {
        try await answer(prompt, .accept)
    }

    func decline(_ prompt: Prompt) async throws(TwilioError) -> PromptOutcome {
        try await answer(prompt, .reject())
    }

    /// TaskRouter refuses an answer to what has ended; then, and when it is not known whether it was taken, it is asked.
    private func answer(_ prompt: Prompt, _ update: ReservationUpdate) async throws(TwilioError) -> PromptOutcome {
        guard let (reservation, task) = Self.sids(prompt) else { return .gone }
        do throws(TwilioError) {
            let updated = try await taskRouter(.flex).updateReservation(reservation, task: task, update)
            return Self.outcome(updated.status) ?? .gone
        } catch {
            switch error {
            case .rejected, .outcomeUnknown:
                guard let outcome = try await outcome(prompt) else { throw error }
                return outcome
            default: throw error
            }
        }
    }

    private static func sids(_ prompt: Prompt) -> (ReservationSID, TaskSID)? {
        guard let reservation = try? ReservationSID(prompt.reservation), let task = try? TaskSID(prompt.task) else {
            return nil
        }
        return (reservation, task)
    }

    private static func outcome(_ status: ReservationStatus) -> PromptOutcome? {
        switch status {
        case .pending: nil
        case .accepted, .wrapping, .completed: .accepted
        case .rejected: .declined
        case .timeout: .expired
        default: .gone
        }
    }

    // MARK: The system conversation

    func systemConversation(
        of agent: String, known: AgentRecord.SystemConversation?
    ) async throws(TwilioError) -> AgentRecord.SystemConversation {
        if let known, let sid = try? ConversationSID(known.sid),
            try await app.conversation(sid)?.state == .active
        {
            try await join(agent, sid)
            return known
        }
        if known == nil, let adopted = try await sampleConversation(of: agent) {
            try await join(agent, adopted)
            return AgentRecord.SystemConversation(sid: adopted.text, generation: 0)
        }
        var generation = known.map { $0.generation + 1 } ?? 0
        while true {
            let post = ConversationPost(
                uniqueName: "patchbay-system:\(agent):\(generation)", friendlyName: "System",
                attributes: JSONObject([("isNotificationSystem", .bool(true))]))
            let (conversation, _) = try await app.create(post)
            if conversation.state != .closed || generation >= Self.maxGenerations {
                try await join(agent, conversation.sid)
                return AgentRecord.SystemConversation(sid: conversation.sid.text, generation: generation)
            }
            generation += 1
        }
    }

    /// What the sample made: the active conversation of `NotifyAgent.<identity>`.
    private func sampleConversation(of agent: String) async throws(TwilioError) -> ConversationSID? {
        guard app.dialect == .conversations else { return nil }
        let service = clients.frontline.conversations(services.frontline)
        let found = try await service.participantConversations(identity: Self.notifier(agent)).all(limit: 1_000)
        return found.first { $0.state == .active && $0.attributes["isNotificationSystem"]?.bool == true }
            .map(\.conversationSID)
    }

    /// The notifier and the agent, who may have left; adding who is there changes nothing.
    private func join(_ agent: String, _ conversation: ConversationSID) async throws(TwilioError) {
        let present = Set(try await app.participants(in: conversation).compactMap(\.identity))
        for name in [Self.notifier(agent), agent] {
            let identity = app.spelling(Identity(name))
            guard !present.contains(identity) else { continue }
            _ = try await app.add(ParticipantPost(identity: identity, binding: nil), to: conversation)
        }
    }

    static func notifier(_ agent: String) -> String { "NotifyAgent.\(agent)" }

    // MARK: Notices

    func index(ofNotice tag: String, in conversation: String) async throws(TwilioError) -> Int? {
        guard let sid = try? ConversationSID(conversation) else { return nil }
        let last = try await app.lastIndex(in: sid)
        let list = try await app.messages(
            in: sid, after: max(-1, last - Self.noticesSearched), limit: Self.noticesSearched * 2)
        return list.messages.last { $0.attributes["patchbay"]?["notice"]?.string == tag }?.index
    }

    func post(
        _ text: String, tag: String, to agent: String, in conversation: String
    ) async throws(TwilioError) -> Int {
        guard let sid = try? ConversationSID(conversation) else { return -1 }
        let message = MessagePost(
            author: app.spelling(Identity(Self.notifier(agent))), body: text,
            attributes: JSONObject([("patchbay", .object(JSONObject([("notice", .string(tag))])))]))
        return try await app.post(message, in: sid).index
    }
}

extension AgentWorker {
    init(_ worker: TaskRouterWorker) {
        self.init(sid: worker.sid.text, activity: worker.activityName ?? "", isAvailable: worker.isAvailable)
    }
}
