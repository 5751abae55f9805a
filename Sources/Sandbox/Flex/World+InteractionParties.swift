import Events

extension World {
    /// An agent leaves the channel; his work is done at once (`completes`), or he goes on to wrap-up.
    mutating func close(party partySID: String, of sid: String, completes: Bool) {
        guard let interaction = flex.interactions[sid],
            let party = interaction.parties.first(where: { $0.sid == partySID && !$0.isClosed })
        else { return }
        _ = flex.interactions.update(sid) { interaction in
            for index in interaction.parties.indices where interaction.parties[index].sid == partySID {
                interaction.parties[index].isClosed = true
            }
        }
        if let participant = party.participantSID,
            let position = messaging.find(interaction.conversationSID, service: nil)
        {
            try? removeParticipant(participant, from: position, origin: .platform)
        }
        if let task = party.taskSID { endTask(task, completes: completes, reason: "Participant left") }
    }

    /// Closes a channel, with its conversation; its tasks are wrapped up, or completed.
    mutating func closeChannel(of sid: String, completes: Bool) {
        guard let interaction = flex.interactions[sid], interaction.status != .closed else { return }
        if completes {
            for invite in interaction.invites { endTask(invite.taskSID, completes: true, reason: "Channel closed") }
        }
        if let position = messaging.find(interaction.conversationSID, service: nil),
            messaging[position].state != .closed
        {
            setState(position, .closed, reason: "API", origin: .platform)
        } else {
            flexStateChanged(interaction.conversationSID, to: "closed")
        }
    }

    /// Hands over from one agent to another worker, queue or workflow.
    ///
    /// The type is `warm` or `cold`; without a party the first agent hands over; `to` are routing properties:
    /// `worker_sid`, `queue_sid` or `workflow_sid`.
    mutating func transfer(
        _ sid: String, type: String, from: String?, to: JSONValue
    ) throws(TwilioProblem) -> Interaction.Transfer {
        guard let interaction = flex.interactions[sid] else { throw .notFound("/Interactions/\(sid)") }
        guard ["warm", "cold"].contains(type) else { throw .invalid("type", "it is warm or cold") }
        guard let party = interaction.agents.first(where: { from == nil || $0.sid == from }) else {
            throw .invalid("from", "it is an agent on the channel")
        }
        let transferSID = newSID("KX")
        let time = now
        var properties = to["properties"]?.object ?? to.object ?? JSONObject()
        if properties["attributes"] == nil, let task = party.taskSID,
            let attributes = taskRouter.workspace.tasks[task]?.attributes
        {
            properties["attributes"] = attributes
        }
        let invite = try invite(
            to: sid, routing: ["properties": .object(properties)], transfer: transferSID)
        let transfer = Interaction.Transfer(
            sid: transferSID, type: type, status: "active", from: party.sid, to: to, taskSID: invite.taskSID,
            createdAt: time, updatedAt: time)
        _ = flex.interactions.update(sid) { $0.transfers.append(transfer) }
        if let task = party.taskSID {
            taskRouter.workspace.record(
                "task.transfer-initiated", task: task, description: "Task \(task) transfer initiated", now: time)
            settleTaskRouter()
        }
        if type == "cold" { close(party: party.sid, of: sid, completes: true) }
        return flex.interactions[sid]?.transfers.last { $0.sid == transferSID } ?? transfer
    }

    /// The desk ends a chat: with the last agent the conversation closes, else he leaves it.
    ///
    /// - Returns: Whether there was a channel to act on.
    mutating func deskEnds(_ reservation: Reservation, completes: Bool) -> Bool {
        legacyDeskEnds(reservation)
        guard let sid = flex.interactionOf[reservation.taskSID], let interaction = flex.interactions[sid],
            let party = interaction.agents.first(where: { $0.taskSID == reservation.taskSID })
        else { return false }
        if interaction.agents.count == 1 {
            closeChannel(of: sid, completes: completes)
        } else {
            close(party: party.sid, of: sid, completes: completes)
        }
        return true
    }
}
