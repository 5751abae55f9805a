import Events
import TwilioREST

/// What the bridge has the provider do with reservations, calls and conferences.
struct TwilioCalls: Sendable {
    /// Until an agent's telephone counts as not answered, in seconds.
    static let agentRingSeconds = 30
    static let customerRingSeconds = 60
    /// How far clocks may differ when a call is looked for.
    static let clockSlack = 5_000

    let client: TwilioClient
    let project: CRMProject

    private var taskRouter: TaskRouterService { client.taskRouter(project.workspaceSID) }

    // MARK: Addresses

    /// Where a leg or a conference of a dial or a task tells its progress.
    private func callback(_ kind: String, _ id: String, leg: String) -> String {
        "\(project.publicURL)/webhooks/twilio/\(project.name)/voice?\(kind)=\(id)&leg=\(leg)"
    }

    private static let callEvents = ["initiated", "ringing", "answered", "completed"]
    private static let conferenceEvents = ["start", "end", "join", "leave", "mute", "hold"]

    // MARK: Reservations

    /// Takes a call: rings the agent, who meets the customer in a conference named by the task.
    func acceptCall(_ interaction: Interaction, contact: String, from: String) async throws(TwilioError) {
        let callback = callback("task", interaction.taskSID ?? "", leg: "conference")
        let update = ReservationUpdate(
            instruction: "conference",
            parameters: [
                .init("From", from), .init("To", contact), .init("Timeout", String(Self.agentRingSeconds)),
                .init("EndConferenceOnExit", "true"), .init("EndConferenceOnCustomerExit", "true"),
                .init("ConferenceStatusCallback", callback),
                .init("ConferenceStatusCallbackEvent", Self.conferenceEvents.joined(separator: " ")),
            ])
        try await change(interaction, update)
    }

    func accept(_ interaction: Interaction) async throws(TwilioError) { try await change(interaction, .accept) }
    func reject(_ interaction: Interaction) async throws(TwilioError) { try await change(interaction, .reject()) }
    func wrapUp(_ interaction: Interaction) async throws(TwilioError) { try await change(interaction, .wrapUp) }
    func complete(_ interaction: Interaction) async throws(TwilioError) { try await change(interaction, .complete) }

    private func change(_ interaction: Interaction, _ update: ReservationUpdate) async throws(TwilioError) {
        guard let task = interaction.taskSID.flatMap({ try? TaskSID($0) }),
            let reservation = interaction.reservationSID.flatMap({ try? ReservationSID($0) })
        else { throw .invalidRequest(reason: "the interaction has no reservation") }
        _ = try await taskRouter.updateReservation(reservation, task: task, update)
    }

    // MARK: Dialling

    /// Rings the agent of a dial; not repeated by anybody.
    func ringAgent(_ dial: String, contact: String, from: String) async throws(TwilioError) -> String {
        let draft = CallDraft(
            to: contact, from: from, url: "\(project.publicURL)/voice/twiml?dial=\(dial)&project=\(project.name)",
            timeoutSeconds: Self.agentRingSeconds, statusCallback: callback("dial", dial, leg: "agent"),
            statusCallbackEvents: Self.callEvents)
        return try await client.calls.create(draft).sid.text
    }

    /// Rings somebody and puts him into a conference, by SID or name; not repeated by anybody.
    ///
    /// `id` is the dial or the task, `kind` says which; `leg` (`customer`, `transfer`) is his label too.
    func ring(
        _ number: String, into conference: String, from: String, kind: String, id: String, leg: String
    ) async throws(TwilioError) -> String {
        let draft = ConferenceParticipantDraft(
            from: from, to: number, label: leg, timeoutSeconds: Self.customerRingSeconds,
            statusCallback: callback(kind, id, leg: leg), statusCallbackEvents: Self.callEvents,
            endsConference: true, earlyMedia: true, conferenceCallback: callback(kind, id, leg: "conference"),
            conferenceCallbackEvents: Self.conferenceEvents)
        return try await client.conferences.addParticipant(conference, draft).callSID.text
    }

    /// The agent's call that was begun since, Unix milliseconds; nil when the provider has none, or several that fit.
    ///
    /// `others` are calls that are known to be something else.
    func findCall(
        to: String, from: String, since: Int, but others: Set<String>
    ) async throws(TwilioError) -> String? {
        let start = Timestamp(unixMilliseconds: UInt64(max(0, since - Self.clockSlack)))
        let query = CallQuery(to: to, from: from, startedAfter: start)
        // The provider's own comparison of days is not trusted.
        let fits = try await client.calls.list(query).all(limit: 200).filter { call in
            guard !others.contains(call.sid.text), call.parentSID == nil, !Self.over.contains(call.status) else {
                return false
            }
            guard let start, let created = call.dateCreated ?? call.startTime else { return true }
            return created >= start
        }
        return fits.count == 1 ? fits[0].sid.text : nil
    }

    /// The customer's leg of a dial: whoever has this part in the conference that has the dial's name.
    func findParticipant(of dial: Interaction) async throws(TwilioError) -> String? {
        guard let conference = try await conference(dial) else { return nil }
        return try await client.conferences.participants(conference).all(limit: 50)
            .first { $0.label == DialMachine.Who.customer.rawValue }?.callSID.text
    }

    /// How a call stands: its status, and when it ended; nil when there is no such call.
    func standing(of call: String) async throws(TwilioError) -> PhoneCall? {
        guard let sid = try? CallSID(call) else { return nil }
        return try await client.calls.find(sid)
    }

    /// A reservation as TaskRouter has it; nil when it is gone with its task.
    func reservation(of interaction: Interaction) async throws(TwilioError) -> TaskRouterReservation? {
        guard let task = interaction.taskSID.flatMap({ try? TaskSID($0) }),
            let reservation = interaction.reservationSID.flatMap({ try? ReservationSID($0) })
        else { return nil }
        return try await taskRouter.findReservation(reservation, task: task)
    }

    /// Statuses of calls that are over.
    static let over: Set<String> = ["completed", "busy", "no-answer", "failed", "canceled"]

    func mayCall(_ country: String) async throws(TwilioError) -> Bool {
        try await client.dialingPermission(country)?.isLowRiskAllowed ?? false
    }

    // MARK: Conferences

    /// The running conference of a task or a dial.
    func conference(_ interaction: Interaction) async throws(TwilioError) -> ConferenceSID? {
        if let known = interaction.conference.flatMap({ try? ConferenceSID($0) }) { return known }
        let name = interaction.taskSID ?? interaction.id
        return try await client.conferences.list(friendlyName: name, status: "in-progress").first()?.sid
    }

    /// Changes a participant; false when there is none.
    func update(
        _ call: String, of interaction: Interaction, _ update: ConferenceParticipantUpdate
    ) async throws(TwilioError) -> Bool {
        guard let conference = try await conference(interaction) else { return false }
        do throws(TwilioError) {
            _ = try await client.conferences.updateParticipant(conference, call, update)
            return true
        } catch {
            if error.isNotFound { return false }
            throw error
        }
    }

    /// Takes a participant out without ending the conference of the others.
    func release(_ call: String, of interaction: Interaction) async throws(TwilioError) {
        let keepsOthers = ConferenceParticipantUpdate(endsConference: false)
        guard try await update(call, of: interaction, keepsOthers), let conference = try await conference(interaction)
        else { return }
        _ = try await client.conferences.removeParticipant(conference, call)
    }

    /// Ends a leg, whatever state it is in; one that is over is fine.
    func hangUp(_ call: String) async throws(TwilioError) {
        guard let sid = try? CallSID(call) else { return }
        do throws(TwilioError) {
            _ = try await client.calls.update(sid, .hangUp)
        } catch {
            guard case .rejected = error else { throw error }
        }
    }

    /// The TwiML that plays keys.
    func keys(_ digits: String) -> ConferenceParticipantUpdate {
        let encoded = digits.replacing("#", with: "%23").replacing("*", with: "%2A")
        return ConferenceParticipantUpdate(
            announceURL: "\(project.publicURL)/voice/twiml?digits=\(encoded)&project=\(project.name)")
    }

    // MARK: Transfers

    /// Offers the customer's call to an agent or a queue: a task for a call that is live.
    func offer(_ interaction: Interaction, to target: String, customerCall: String) async throws(TwilioError) -> String
    {
        var attributes = JSONObject()
        var channel = "voice"
        if let sid = interaction.taskSID.flatMap({ try? TaskSID($0) }), let task = try await taskRouter.findTask(sid) {
            attributes = task.attributes.object
            channel = task.taskChannelUniqueName ?? channel
        } else {
            attributes = JSONObject([("from", .string(interaction.customerAddress)), ("direction", "inbound")])
        }
        attributes["call_sid"] = .string(customerCall)
        attributes["transferred_from"] = .string(interaction.taskSID ?? interaction.id)
        attributes["transferred_by"] = .string(interaction.agentID)
        let draft = TaskDraft(
            taskChannel: channel, attributes: TwilioAttributes(attributes), timeoutSeconds: 120, routingTarget: target)
        return try await taskRouter.createTask(draft).sid.text
    }

    /// Whether nobody has taken a task yet.
    func isWaiting(_ task: String) async throws(TwilioError) -> Bool {
        guard let sid = try? TaskSID(task), let found = try await taskRouter.findTask(sid) else { return false }
        return found.assignmentStatus == .pending || found.assignmentStatus == .reserved
    }

    func withdraw(_ task: String) async throws(TwilioError) {
        guard let sid = try? TaskSID(task) else { return }
        do throws(TwilioError) {
            _ = try await taskRouter.updateTask(sid, TaskUpdate(assignmentStatus: .canceled, reason: "Transfer failed"))
        } catch {
            guard case .rejected = error else { throw error }
        }
    }

    func queues() async throws(TwilioError) -> [(sid: String, name: String)] {
        try await taskRouter.taskQueues().all(limit: 1_000).map { ($0.sid, $0.friendlyName) }
    }

    // MARK: Workers

    func worker(_ subject: String) async throws(TwilioError) -> TaskRouterWorker? {
        if let sid = try? WorkerSID(subject) { return try await taskRouter.findWorker(sid) }
        return try await taskRouter.findWorker(friendlyName: subject)
    }

    func workers(limit: Int) async throws(TwilioError) -> [TaskRouterWorker] {
        try await taskRouter.workers(pageSize: 1_000).all(limit: limit)
    }

    func activities() async throws(TwilioError) -> [AgentActivity] {
        try await taskRouter.activities().all(limit: 200).map {
            AgentActivity(sid: $0.sid.text, name: $0.friendlyName, isAvailable: $0.isAvailable)
        }
    }

    func set(_ activity: String, of worker: String) async throws(TwilioError) -> TaskRouterWorker? {
        guard let worker = try? WorkerSID(worker), let activity = try? ActivitySID(activity) else { return nil }
        return try await taskRouter.updateWorker(worker, activity: activity)
    }

    // MARK: Messages

    func messages(_ conversation: String, before: Int?, limit: Int) async throws(TwilioError) -> [ConversationMessage] {
        guard let list = list(conversation) else { return [] }
        var found: [ConversationMessage] = []
        for try await page in list.list(order: .descending, pageSize: 100) {
            found += page.filter { message in before.map { message.index < $0 } ?? true }
            if found.count > limit { break }
        }
        return found
    }

    func post(_ body: String, author: String, tag: String, to conversation: String) async throws(TwilioError)
        -> ConversationMessage?
    {
        guard let list = list(conversation) else { return nil }
        let attributes = JSONObject([("patchbay", .object(JSONObject([("request", .string(tag))])))])
        let draft = MessageDraft(author: author, body: body, attributes: TwilioAttributes(attributes))
        // Customers by SMS get it through the project's own webhooks.
        return try await list.create(draft, webhooks: true)
    }

    private func list(_ conversation: String) -> ConversationMessages? {
        guard let service = project.serviceSID, let sid = try? ConversationSID(conversation) else { return nil }
        return client.conversations(service).messages(sid)
    }
}
