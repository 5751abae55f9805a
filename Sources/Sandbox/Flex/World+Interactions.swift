import Events

extension World {
    /// Begins an interaction: a conversation that is there already, or a new one with the given participants, and the
    /// first invite.
    ///
    /// - Parameters:
    ///   - channel: `type`, `initiated_by`, `properties.media_channel_sid` or `participants`.
    ///   - routing: `properties` with workflow, queue, worker, task channel and attributes.
    /// - Returns: The interaction's SID.
    /// - Throws: ``TwilioProblem``: 400 for what is missing or does not exist.
    mutating func beginInteraction(channel: JSONValue, routing: JSONValue) throws(TwilioProblem) -> String {
        guard let type = channel["type"]?.string,
            let initiator = channel["initiated_by"]?.string.flatMap(Interaction.Initiator.init)
        else { throw .invalid("Channel", "it has type and initiated_by: customer, agent or api") }
        let properties = routing["properties"] ?? [:]
        if let workspace = properties["workspace_sid"]?.string, workspace != taskRouter.workspace.sid {
            throw .invalid("Routing", "workspace_sid is that of the project's workspace")
        }
        if initiator == .agent, properties["worker_sid"]?.string == nil || properties["queue_sid"]?.string == nil {
            throw .invalid("Routing", "initiated_by agent needs queue_sid and worker_sid")
        }
        let conversation = try interactionConversation(channel, type: type, initiator: initiator)
        let interaction = Interaction(
            sid: newSID("KD"), channelSID: newSID("UO"), type: type, initiator: initiator,
            conversationSID: conversation, channel: channel, routing: routing)
        flex.trim()
        flex.interactions[interaction.sid] = interaction
        flex.interactionOf[interaction.channelSID] = interaction.sid
        flex.interactionOf[conversation] = interaction.sid
        addCustomerParties(to: interaction.sid)
        do {
            _ = try invite(to: interaction.sid, routing: routing, isForced: initiator == .agent)
        } catch {
            flex.interactions[interaction.sid] = nil
            throw error
        }
        return interaction.sid
    }

    private mutating func interactionConversation(
        _ channel: JSONValue, type: String, initiator: Interaction.Initiator
    ) throws(TwilioProblem) -> String {
        if let sid = channel["properties"]?["media_channel_sid"]?.string {
            guard let position = messaging.find(sid, service: nil) else {
                throw .invalid("Channel", "media_channel_sid is a conversation of the project")
            }
            guard messaging[position].state != .closed else {
                throw TwilioProblem(status: 400, code: 45780, "Conversation \(sid) is closed")
            }
            return sid
        }
        guard initiator != .customer, let participants = channel["participants"]?.array, !participants.isEmpty else {
            throw .invalid("Channel", "customer needs properties.media_channel_sid, agent and api need participants")
        }
        let position = try createConversation(
            ConversationDraft(friendlyName: participants[0]["name"]?.string), service: messaging.defaultServiceSID,
            origin: .platform)
        let sid = messaging[position].sid
        for participant in participants {
            var draft = ParticipantDraft(identity: participant["identity"]?.string)
            if let address = participant["address"]?.string {
                let proxy = type == "whatsapp" ? "whatsapp:\(project.whatsAppNumber)" : project.number
                draft.binding = MessagingBinding(
                    address: address, proxyAddress: participant["proxy_address"]?.string ?? proxy)
            }
            try addParticipant(draft, to: position, origin: .platform)
        }
        return sid
    }

    private mutating func addCustomerParties(to sid: String) {
        guard let conversation = flex.interactions[sid]?.conversationSID,
            let position = messaging.find(conversation, service: nil)
        else { return }
        for participant in messaging[position].participants {
            let party = Interaction.Party(
                sid: newSID("UT"), type: "customer", taskSID: nil, participantSID: participant.sid)
            _ = flex.interactions.update(sid) { $0.parties.append(party) }
        }
    }

    /// Asks an agent to join: a task with the attributes as given and the SIDs that Flex adds.
    ///
    /// A forced one goes to the named worker whatever his activity and capacity.
    mutating func invite(
        to sid: String, routing: JSONValue, isForced: Bool = false, transfer: String? = nil
    ) throws(TwilioProblem) -> Interaction.Invite {
        guard let interaction = flex.interactions[sid] else { throw .notFound("/Interactions/\(sid)") }
        guard interaction.status != .closed else {
            throw TwilioProblem(status: 400, code: 45780, "Interaction channel \(interaction.channelSID) is closed")
        }
        let properties = routing["properties"] ?? [:]
        let inviteSID = newSID("KG")
        var request = TaskRequest()
        request.attributesText = attributes(properties, of: interaction, invite: inviteSID).description
        request.channel =
            properties["task_channel_sid"]?.string ?? properties["task_channel_unique_name"]?.string
            ?? (interaction.type == "sms" ? "sms" : "chat")
        request.workflowSID = properties["workflow_sid"]?.string
        request.queueSID = properties["queue_sid"]?.string
        if let worker = properties["worker_sid"]?.string {
            if isForced { request.forcedWorkerSID = worker } else { request.routingTarget = worker }
        }
        request.priority = properties["priority"]?.integer.map(Int.init)
        request.timeoutSeconds = properties["timeout"]?.integer.map(Int.init)
        let complete = request
        // The task is known before its first event is followed.
        let time = now
        let task: RoutedTask
        do {
            task = try taskRouter.workspace.create(complete, now: time)
        } catch {
            settleTaskRouter()
            throw error
        }
        let invite = Interaction.Invite(sid: inviteSID, taskSID: task.sid, routing: routing, transferSID: transfer)
        _ = flex.interactions.update(sid) { $0.invites.append(invite) }
        flex.interactionOf[task.sid] = sid
        settleTaskRouter()
        return invite
    }

    private func attributes(_ properties: JSONValue, of interaction: Interaction, invite: String) -> JSONValue {
        var attributes = properties["attributes"]?.object ?? JSONObject()
        if case .string(let text)? = properties["attributes"],
            let parsed = (try? JSONValue(parsing: Array(text.utf8)))?.object
        {
            attributes = parsed
        }
        attributes["conversationSid"] = .string(interaction.conversationSID)
        attributes["flexInteractionSid"] = .string(interaction.sid)
        attributes["flexInteractionChannelSid"] = .string(interaction.channelSID)
        attributes["flexChannelInviteSid"] = .string(invite)
        for (name, value) in customerAttributes(of: interaction) where attributes[name] == nil {
            attributes[name] = value
        }
        return .object(attributes)
    }

    private func customerAttributes(of interaction: Interaction) -> [(String, JSONValue)] {
        var found: [(String, JSONValue)] = [
            ("channelType", .string(interaction.type)),
            ("direction", interaction.initiator == .agent ? "outbound" : "inbound"),
            ("initiatedBy", .string(interaction.initiator.rawValue)),
            ("conversations", ["conversation_id": .string(interaction.conversationSID)]),
        ]
        guard let position = messaging.find(interaction.conversationSID, service: nil),
            let customer = messaging[position].participants.first
        else { return found }
        let address = customer.binding?.address ?? customer.identity ?? ""
        found += [
            ("customerAddress", .string(address)), ("from", .string(address)), ("customerName", .string(address)),
        ]
        return found
    }
}
