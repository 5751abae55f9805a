import Events
import Twilio

/// What messaging and TaskRouter tell Flex.
extension World {
    /// A customer began a conversation: by web chat, or by a message to an address that leads into Flex.
    ///
    /// - Parameters:
    ///   - conversation: Its SID.
    ///   - channel: `web`, `sms` or `whatsapp`.
    ///   - attributes: What is known of the customer, for the task.
    /// - Returns: The SID of the task that was made, if one was.
    mutating func flexBegan(_ conversation: String, channel: String, attributes: JSONObject) -> String? {
        if project.dialect == .chat { return legacyTask(conversation, channel: channel, attributes: attributes) }
        let sid = try? beginInteraction(
            channel: [
                "type": .string(channel), "initiated_by": "customer",
                "properties": ["media_channel_sid": .string(conversation)],
            ], routing: ["properties": ["attributes": .object(attributes)]])
        return sid.flatMap { flex.interactions[$0]?.invites.first?.taskSID }
    }

    /// The old Flex: a task with the channel's SID and no interaction.
    private mutating func legacyTask(_ channelSID: String, channel: String, attributes: JSONObject) -> String? {
        var attributes = attributes
        attributes["channelSid"] = .string(channelSID)
        if attributes["channelType"] == nil { attributes["channelType"] = .string(channel) }
        if attributes["direction"] == nil { attributes["direction"] = "inbound" }
        var request = TaskRequest()
        request.attributesText = JSONValue.object(attributes).description
        request.channel = channel == "sms" ? "sms" : "chat"
        let complete = request
        return try? routing { (workspace, now) throws(TwilioProblem) in try workspace.create(complete, now: now).sid }
    }

    /// A conversation changed its state, by whomever: a closed one closes its channel and puts its agents into wrap-up.
    mutating func flexStateChanged(_ conversation: String, to state: String) {
        guard let sid = flex.interactionOf[conversation], let interaction = flex.interactions[sid],
            interaction.status != .closed, state == "closed"
        else { return }
        _ = flex.interactions.update(sid) { interaction in
            interaction.status = .closed
            for index in interaction.parties.indices { interaction.parties[index].isClosed = true }
        }
        for invite in interaction.invites { endTask(invite.taskSID, completes: false, reason: "Conversation closed") }
    }

    /// Ends a task as far as it may be ended from where it stands.
    mutating func endTask(_ sid: String, completes: Bool, reason: String) {
        guard let task = taskRouter.workspace.tasks[sid] else { return }
        let next: AssignmentStatus? =
            switch task.status {
            case .pending, .reserved: .canceled
            case .assigned: completes ? .completed : .wrapping
            case .wrapping: completes ? .completed : nil
            case .canceled, .completed: nil
            }
        guard let next else { return }
        _ = try? routing { (workspace, now) throws(TwilioProblem) in
            try workspace.update(task: sid, status: next, reason: reason, now: now)
        }
    }

    /// TaskRouter's events about the tasks of interactions.
    mutating func flexFollows(_ event: TaskRouterEvent) {
        guard let task = event["TaskSid"], let sid = flex.interactionOf[task],
            let invite = flex.interactions[sid]?.invites.first(where: { $0.taskSID == task })
        else { return }
        switch event.type {
        case "reservation.accepted": joins(invite, of: sid, worker: event["WorkerSid"] ?? "")
        case "task.canceled", "task.deleted": missed(invite, of: sid)
        default: break
        }
    }

    /// An agent took his invite: he joins the conversation.
    private mutating func joins(_ invite: Interaction.Invite, of sid: String, worker workerSID: String) {
        guard let worker = taskRouter.workspace.workers[workerSID], let interaction = flex.interactions[sid],
            let position = messaging.find(interaction.conversationSID, service: nil)
        else { return }
        let attributes: JSONValue = ["member_type": "agent", "worker_sid": .string(worker.sid)]
        let participant = try? addParticipant(
            ParticipantDraft(identity: worker.identity, attributes: attributes.description), to: position,
            origin: .platform)
        let known = messaging[position].participant(identity: worker.identity)
        let party = Interaction.Party(
            sid: newSID("UT"), type: "agent", taskSID: invite.taskSID,
            participantSID: participant?.sid ?? known.map { messaging[position].participants[$0].sid })
        let time = now
        _ = flex.interactions.update(sid) { interaction in
            interaction.status = .active
            interaction.parties.append(party)
            for index in interaction.invites.indices where interaction.invites[index].sid == invite.sid {
                interaction.invites[index].workerSID = workerSID
            }
        }
        guard let transfer = invite.transferSID else { return }
        finish(transfer, of: sid, status: "completed", now: time)
    }

    /// Nobody took an invite.
    private mutating func missed(_ invite: Interaction.Invite, of sid: String) {
        if let transfer = invite.transferSID { finish(transfer, of: sid, status: "failed", now: now) }
        guard let interaction = flex.interactions[sid], interaction.status == .setup, interaction.agents.isEmpty
        else { return }
        // The conversation stays open: the provider leaves it to whoever hears of the cancelled task.
        _ = flex.interactions.update(sid) { $0.status = .failed }
    }

    private mutating func finish(_ transfer: String, of sid: String, status: String, now: Timestamp) {
        let task: String? =
            flex.interactions.update(sid) { interaction in
                guard
                    let index = interaction.transfers.firstIndex(where: { $0.sid == transfer && $0.status == "active" })
                else { return nil }
                interaction.transfers[index].status = status
                interaction.transfers[index].updatedAt = now
                return interaction.parties.first { $0.sid == interaction.transfers[index].from }?.taskSID
            } ?? nil
        guard let task else { return }
        taskRouter.workspace.record(
            "task.transfer-\(status)", task: task, description: "Task \(task) transfer \(status)", now: now)
        settleTaskRouter()
    }
}
