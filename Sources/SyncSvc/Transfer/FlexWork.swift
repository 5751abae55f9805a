import Events

/// A task of a conversation on the Flex side, with its reservations.
struct FlexTask: Hashable, Sendable {
    let sid: String
    let status: CloseTasks.Status
    var attributes = JSONObject()
    var workflow: String?
    var channel: String?
    var priority: Int?
    /// For conditional writes.
    var etag: String?
    var reservations: [FlexReservation] = []

    /// The transfer for which it was offered: pair and id.
    var transfer: (pair: String, id: String)? {
        guard let tag = attributes["patchbay"]?["transfer"], let pair = tag["pair"]?.string, let id = tag["id"]?.string
        else { return nil }
        return (pair, id)
    }

    var plan: CloseTasks.Task {
        CloseTasks.Task(
            sid: sid, status: status,
            reservations: reservations.map { CloseTasks.Reservation(sid: $0.sid, status: $0.status) })
    }

    /// The interaction it belongs to; nil in the Chat dialect.
    var interaction: (interaction: String, channel: String)? {
        guard let interaction = attributes["flexInteractionSid"]?.string,
            let channel = attributes["flexInteractionChannelSid"]?.string
        else { return nil }
        return (interaction, channel)
    }
}

/// One agent's part of a task.
struct FlexReservation: Hashable, Sendable {
    let sid: String
    let status: CloseTasks.Status
    let worker: String
    /// The name of the Flex worker.
    let workerName: String

    /// Whether the agent has the work now.
    var isHeld: Bool { status == .accepted || status == .wrapping }
}

/// What is offered to the target of a transfer.
struct TransferOffer: Hashable, Sendable {
    let pair: String
    let id: String
    /// Flex workers.
    let source: String
    let target: String
    let timeoutSeconds: Int

    /// The attributes of the offered task: the source's, with what routing and we need.
    ///
    /// The transferring agent is to be ignored, not the target as in the sample (FF-B16).
    func attributes(of task: FlexTask) -> JSONObject {
        var attributes = task.attributes
        attributes["ignoreAgent"] = .string(source)
        attributes["targetSid"] = .string(target)
        attributes["transferTargetType"] = "worker"
        var conversations = attributes["conversations"]?.object ?? JSONObject()
        conversations["conversation_id"] = .string(conversations["conversation_id"]?.string ?? task.sid)
        attributes["conversations"] = .object(conversations)
        var own = attributes["patchbay"]?.object ?? JSONObject()
        own["transfer"] = .object(JSONObject([("pair", .string(pair)), ("id", .string(id))]))
        attributes["patchbay"] = .object(own)
        return attributes
    }
}
