import Events
import TwilioREST

/// Makes an agent's own conversation work on the Flex side: an Interaction, or in the Chat dialect a task.
///
/// Neither has a name by which a repeat would be told, so the caller notes that he begins, and looks for tasks of the
/// conversation before he repeats.
struct TaskRouterWork: OutgoingWork {
    let side: SideSettings
    let client: TwilioClient
    /// By telephone, customers are written to from these.
    let numbers: SenderNumbers

    func find(_ wanted: OutgoingWorkRequest) async throws -> PairTask? {
        guard let conversation = wanted.record.conversations.flex, side.workflowSID != nil else {
            return wanted.record.task
        }
        let taskRouter = client.taskRouter(side.workspaceSID)
        guard let task = try await taskRouter.tasks(.attribute(taskKey, equals: conversation.text)).first() else {
            return wanted.record.task.interaction.isEmpty ? nil : wanted.record.task
        }
        let worker = try await taskRouter.findWorker(friendlyName: wanted.agent)
        return Self.fill(Self.known(wanted, worker), from: task)
    }

    func open(_ wanted: OutgoingWorkRequest) async throws -> PairTask {
        guard let conversation = wanted.record.conversations.flex, let workflow = side.workflowSID else {
            return wanted.record.task
        }
        let taskRouter = client.taskRouter(side.workspaceSID)
        let worker = try await taskRouter.findWorker(friendlyName: wanted.agent)
        var known = Self.known(wanted, worker)
        var attributes = attributes(wanted.agent, worker, wanted.customer)
        attributes[taskKey] = .string(conversation.text)
        attributes[MirrorTag.namespace] = ["pair": .string(wanted.record.id.text)]
        if side.dialect == .conversations {
            let interaction = try await begin(conversation, attributes, known, workflow)
            known.interaction = interaction.sid.text
            return known
        }
        var draft = TaskDraft()
        draft.workflowSID = try? SID<WorkflowResource>(workflow)
        draft.taskChannel = side.taskChannel
        draft.attributes = TwilioAttributes(attributes)
        return Self.fill(known, from: try await taskRouter.createTask(draft))
    }

    /// The task attribute that names the conversation.
    private var taskKey: String { side.dialect == .chat ? "channelSid" : "conversationSid" }

    /// The conversation is there, with the customer in it; the provider routes it to the agent who began it.
    private func begin(
        _ conversation: ConversationSID, _ attributes: JSONObject, _ known: PairTask, _ workflow: String
    ) async throws(TwilioError) -> Interaction {
        var properties = JSONObject([
            ("workspace_sid", JSONValue.string(side.workspaceSID.text)), ("workflow_sid", .string(workflow)),
            ("task_channel_unique_name", .string(side.taskChannel)), ("attributes", .object(attributes)),
        ])
        if let queue = side.queueSID, !known.worker.isEmpty {
            properties["queue_sid"] = .string(queue)
            properties["worker_sid"] = .string(known.worker)
        }
        let channel: JSONValue = [
            "type": .string(known.channel), "initiated_by": "customer",
            "properties": ["media_channel_sid": .string(conversation.text)],
        ]
        return try await client.interactions.create(
            InteractionDraft(
                channel: channel.object ?? JSONObject(), routing: JSONObject([("properties", .object(properties))])))
    }

    func attributes(_ agent: String, _ worker: TaskRouterWorker?, _ customer: OutgoingMove.Customer) -> JSONObject {
        var attributes = JSONObject()
        attributes["direction"] = "outbound"
        attributes["autoAnswer"] = true
        attributes["channelType"] = .string(Self.channel(customer))
        attributes["targetWorker"] = .string(agent)
        attributes["workerUri"] = worker.flatMap { $0.attributes["contact_uri"] }
        attributes["to"] = customer.binding.map { .string($0.address) }
        let from = customer.binding.flatMap { numbers.proxy(for: $0.type) ?? $0.proxyAddress }
        attributes["from"] = from.map { .string($0) }
        attributes["name"] = .string(customer.binding?.address ?? customer.name)
        return attributes
    }

    static func channel(_ customer: OutgoingMove.Customer) -> String { customer.binding?.type.lowercased() ?? "web" }

    private static func known(_ wanted: OutgoingWorkRequest, _ worker: TaskRouterWorker?) -> PairTask {
        var known = wanted.record.task
        known.worker = worker?.sid.text ?? ""
        known.workerName = wanted.agent
        known.channel = channel(wanted.customer)
        return known
    }

    private static func fill(_ known: PairTask, from task: TaskRouterTask) -> PairTask {
        var known = known
        known.task = task.sid.text
        known.interaction = task.attributes["flexInteractionSid"]?.string ?? known.interaction
        known.interactionChannel = task.attributes["flexInteractionChannelSid"]?.string ?? ""
        return known
    }
}
