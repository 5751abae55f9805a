import Events
import TwilioREST

/// Makes an agent's own conversation work on the Flex side: an Interaction, or in the Chat dialect a task.
///
/// Neither has a name by which a repeat would be told, so tasks of the conversation are looked for first.
struct TaskRouterWork: OutgoingWork {
    let side: SideSettings
    let client: TwilioClient

    func open(
        _ record: PairRecord, agent: String, customer: ProjectParticipant, _ services: PumpServices
    ) async throws -> PairTask {
        guard let conversation = record.conversations.flex, let workflow = side.workflowSID else { return record.task }
        let taskRouter = client.taskRouter(side.workspaceSID)
        let worker = try await taskRouter.findWorker(friendlyName: agent)
        var known = record.task
        known.worker = worker?.sid.text ?? ""
        known.workerName = agent
        known.channel = customer.binding?.type.lowercased() ?? "web"
        let key = side.dialect == .chat ? "channelSid" : "conversationSid"
        if let task = try await taskRouter.tasks(.attribute(key, equals: conversation.text)).first() {
            return Self.fill(known, from: task)
        }
        let attributes = self.attributes(record, key, conversation, agent, worker, customer, known.channel)
        if side.dialect == .conversations {
            guard known.interaction.isEmpty else { return known }
            let interaction = try await begin(conversation, attributes, known, workflow)
            known.interaction = interaction.sid.text
            let task = try await taskRouter.tasks(.attribute(key, equals: conversation.text)).first()
            return task.map { Self.fill(known, from: $0) } ?? known
        }
        var draft = TaskDraft()
        draft.workflowSID = try? SID<WorkflowResource>(workflow)
        draft.taskChannel = side.taskChannel
        draft.attributes = TwilioAttributes(attributes)
        return Self.fill(known, from: try await taskRouter.createTask(draft))
    }

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

    private func attributes(
        _ record: PairRecord, _ key: String, _ conversation: ConversationSID, _ agent: String,
        _ worker: TaskRouterWorker?, _ customer: ProjectParticipant, _ channel: String
    ) -> JSONObject {
        var attributes = JSONObject()
        attributes[key] = .string(conversation.text)
        attributes["direction"] = "outbound"
        attributes["autoAnswer"] = true
        attributes["channelType"] = .string(channel)
        attributes["targetWorker"] = .string(agent)
        attributes["workerUri"] = worker.flatMap { $0.attributes["contact_uri"] }
        attributes["to"] = customer.binding.map { .string($0.address) }
        attributes["from"] = customer.binding?.proxyAddress.map { .string($0) }
        attributes["name"] = .string(customer.binding?.address ?? customer.identity ?? "")
        attributes[MirrorTag.namespace] = ["pair": .string(record.id.text)]
        return attributes
    }

    private static func fill(_ known: PairTask, from task: TaskRouterTask) -> PairTask {
        var known = known
        known.task = task.sid.text
        known.interaction = task.attributes["flexInteractionSid"]?.string ?? known.interaction
        known.interactionChannel = task.attributes["flexInteractionChannelSid"]?.string ?? ""
        return known
    }
}
