import Events
import TwilioREST

/// TaskRouter and the interactions of the Flex project.
struct TwilioFlexWork: FlexWorkProvider {
    /// Tasks of one conversation that are looked at.
    static let maxTasks = 200

    let client: TwilioClient
    let workspace: WorkspaceSID
    let dialect: Dialect

    private var taskRouter: TaskRouterService { client.taskRouter(workspace) }

    func tasks(of conversation: String) async throws(TwilioError) -> [FlexTask] {
        let name = dialect == .conversations ? "conversationSid" : "channelSid"
        let listed = try await taskRouter.tasks(.attribute(name, equals: conversation)).all(limit: Self.maxTasks)
        var tasks: [FlexTask] = []
        for task in listed {
            let reservations = try await taskRouter.reservations(task: task.sid).all(limit: Self.maxTasks)
            tasks.append(FlexTask(task, reservations))
        }
        return tasks
    }

    func worker(named name: String) async throws(TwilioError) -> String? {
        try await taskRouter.findWorker(friendlyName: name)?.sid.text
    }

    // MARK: Transfers

    func offer(_ offer: TransferOffer, of task: FlexTask) async throws(TwilioError) -> String? {
        let attributes = offer.attributes(of: task)
        if let (interaction, channel) = Self.sids(task) {
            var properties = JSONObject()
            properties["workspace_sid"] = .string(workspace.text)
            properties["workflow_sid"] = task.workflow.map { .string($0) }
            properties["worker_sid"] = .string(offer.target)
            properties["task_channel_unique_name"] = task.channel.map { .string($0) }
            properties["timeout"] = .number(JSONNumber(offer.timeoutSeconds))
            properties["attributes"] = .object(attributes)
            _ = try await client.interactions.invite(
                interaction, channel, routing: JSONObject([("properties", .object(properties))]))
            return nil
        }
        // Straight to the worker: whether a workflow has a filter for transfers does not matter.
        let draft = TaskDraft(
            taskChannel: task.channel, attributes: TwilioAttributes(attributes), priority: task.priority,
            timeoutSeconds: offer.timeoutSeconds, routingTarget: offer.target)
        return try await taskRouter.createTask(draft).sid.text
    }

    func cancel(_ task: FlexTask, reason: String) async throws(TwilioError) {
        guard let sid = try? TaskSID(task.sid) else { return }
        try await settled(sid) { () async throws(TwilioError) in
            _ = try await taskRouter.updateTask(sid, TaskUpdate(assignmentStatus: .canceled, reason: reason))
        }
    }

    func release(_ reservation: FlexReservation, of task: FlexTask) async throws(TwilioError) {
        guard let sid = try? TaskSID(task.sid) else { return }
        if let (interaction, channel) = Self.sids(task) {
            // The agent's participant ends with his reservation, and the channel goes on with the other one.
            let participants = try await client.interactions.participants(interaction, channel).all(limit: 100)
            let own = participants.first { $0.routingProperties["reservation_sid"]?.string == reservation.sid }
            if let own {
                do throws(TwilioError) {
                    _ = try await client.interactions.updateParticipant(
                        interaction, channel, own.sid, status: "closed")
                } catch {
                    guard case .rejected = error else { throw error }
                }
            }
        } else {
            try await stripChannel(of: sid)
        }
        try await carryOut(.completeReservation(reservation.sid, task: task.sid))
    }

    /// Takes the channel out of a task that was handed over, so that its end does not end the channel (the Janitor's
    /// rule); everything else stays (rule G-8).
    private func stripChannel(of sid: TaskSID) async throws(TwilioError) {
        guard let task = try await taskRouter.findTask(sid), var attributes = task.attributes.wellFormed,
            attributes["channelSid"] != nil
        else { return }
        attributes["channelSid"] = nil
        _ = try await taskRouter.updateTask(
            sid, TaskUpdate(attributes: TwilioAttributes(attributes)), ifMatch: task.etag)
    }

    // MARK: Endings

    func carryOut(_ step: CloseTasks.Step) async throws(TwilioError) {
        switch step {
        case .completeReservation(let reservation, let task):
            guard let sid = try? ReservationSID(reservation), let task = try? TaskSID(task) else { return }
            do throws(TwilioError) {
                _ = try await taskRouter.updateReservation(sid, task: task, .complete)
            } catch {
                guard case .rejected = error else { throw error }
                // Refused: done already, or not to be done any more.
                let status = try await taskRouter.findReservation(sid, task: task)?.status
                guard status.map({ CloseTasks.Status($0).isOver }) ?? true else { throw error }
            }
        case .completeTask(let task):
            guard let sid = try? TaskSID(task) else { return }
            try await settled(sid) { () async throws(TwilioError) in
                _ = try await taskRouter.updateTask(
                    sid, TaskUpdate(assignmentStatus: .completed, reason: "conversation closed"))
            }
        case .cancelTask(let task):
            guard let sid = try? TaskSID(task) else { return }
            try await settled(sid) { () async throws(TwilioError) in
                _ = try await taskRouter.updateTask(
                    sid, TaskUpdate(assignmentStatus: .canceled, reason: "conversation closed"))
            }
        }
    }

    /// Takes a refusal for done when the task is over anyway.
    private func settled(_ sid: TaskSID, _ write: () async throws(TwilioError) -> Void) async throws(TwilioError) {
        do throws(TwilioError) {
            try await write()
        } catch {
            guard case .rejected = error else { throw error }
            let status = try await taskRouter.findTask(sid)?.assignmentStatus
            guard status.map({ CloseTasks.Status($0).isOver }) ?? true else { throw error }
        }
    }

    func closeInteraction(of task: FlexTask) async throws(TwilioError) {
        guard let (interaction, channel) = Self.sids(task) else { return }
        do throws(TwilioError) {
            _ = try await client.interactions.updateChannel(
                interaction, channel, status: "closed", routing: JSONObject([("status", "closed")]))
        } catch {
            // Closed already, or gone.
            guard case .rejected = error else { throw error }
        }
    }

    private static func sids(_ task: FlexTask) -> (InteractionSID, InteractionChannelSID)? {
        guard let (interaction, channel) = task.interaction, let interaction = try? InteractionSID(interaction),
            let channel = try? InteractionChannelSID(channel)
        else { return nil }
        return (interaction, channel)
    }
}

extension FlexTask {
    init(_ task: TaskRouterTask, _ reservations: [TaskRouterReservation]) {
        self.init(
            sid: task.sid.text, status: CloseTasks.Status(task.assignmentStatus),
            attributes: task.attributes.object, workflow: task.workflowSID?.text,
            channel: task.taskChannelUniqueName, priority: task.priority, etag: task.etag,
            reservations: reservations.map {
                FlexReservation(
                    sid: $0.sid.text, status: CloseTasks.Status($0.status), worker: $0.workerSID.text,
                    workerName: $0.workerName ?? "")
            })
    }
}

extension CloseTasks.Status {
    /// What TaskRouter may add one day counts as open.
    init(_ status: TaskStatus) {
        self = Self(rawValue: status.text) ?? .assigned
    }

    init(_ status: ReservationStatus) {
        self = Self(rawValue: status.text) ?? .pending
    }
}

extension TwilioAttributes {
    /// Nil when they are no JSON object: then they are not to be rewritten.
    fileprivate var wellFormed: JSONObject? { isWellFormed ? object : nil }
}
