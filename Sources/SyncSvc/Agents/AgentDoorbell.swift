import Events

/// Decides what an event from a project means for an agent: a function of the event and the configuration.
struct AgentDoorbell: Sendable {
    /// What is to be published.
    enum Ring: Hashable, Sendable {
        case agent(AgentEvent)
        /// A command was written; it counts if the conversation is the system conversation of the author.
        case command(PromptDesk.Reply, conversation: String, author: String)
        /// A transfer's offer was answered.
        case transfer(pair: String)
    }

    /// Names in `gateway.projects`.
    let projects: BothSides<String>
    let identities: IdentityMap
    let reservationTimeout: Duration
    let areActivitiesSynced: Bool
    let isAsking: Bool

    /// What of the bus is to be listened to.
    static let filters: [TopicFilter] = ["task.>", "worker.updated", "message.added"]

    /// Whether an event may mean something, by its topic and its record's id (source, line feed, id): of messages only
    /// those written in the app can.
    func mayRing(topic: String, recordID: String) -> Bool {
        topic != "message.added" || recordID.hasPrefix("/twilio/\(projects.frontline)\n")
    }

    /// What an event means.
    func rings(_ event: Event, receivedAt: Timestamp) -> [Ring] {
        guard let side = Side.allCases.first(where: { event.source.path == "/twilio/\(projects[$0])" }),
            let data = event.data.json
        else { return [] }
        switch (event.topic.name, side) {
        case ("worker.updated", _): return activity(side, data)
        case ("message.added", .frontline): return command(data)
        case ("task.reserved", .flex): return reserved(data, at: event.time ?? receivedAt)
        case ("task.accepted", .flex): return ended(data, .accepted)
        case ("task.rejected", .flex): return ended(data, .declined)
        case ("task.timeout", .flex): return ended(data, .expired)
        case ("task.rescinded", .flex), ("task.canceled", .flex), ("task.completed", .flex), ("task.wrapping", .flex):
            return ended(data, .gone)
        default: return []
        }
    }

    private func reserved(_ data: JSONValue, at time: Timestamp) -> [Ring] {
        guard isAsking, let reservation = data["reservationSid"]?.string, let task = data["taskSid"]?.string,
            let worker = data["workerSid"]?.string, let name = data["workerName"]?.string,
            let agent = identities.frontline(ofFlex: name)
        else { return [] }
        let prompt = Prompt(
            reservation: reservation, task: task, worker: worker,
            channel: data["taskChannelUniqueName"]?.string == "voice" ? .voice : .chat,
            expires: time.advanced(by: reservationTimeout))
        return [.agent(AgentEvent(agent: agent, kind: .reserved(prompt, flexName: name)))]
    }

    private func ended(_ data: JSONValue, _ outcome: PromptOutcome) -> [Ring] {
        var rings: [Ring] = []
        if isAsking, let reservation = data["reservationSid"]?.string, let name = data["workerName"]?.string,
            let agent = identities.frontline(ofFlex: name)
        {
            rings.append(.agent(AgentEvent(agent: agent, kind: .ended(reservation: reservation, outcome))))
        }
        if let pair = data["taskAttributes"]?["patchbay"]?["transfer"]?["pair"]?.string {
            rings.append(.transfer(pair: pair))
        }
        return rings
    }

    private func activity(_ side: Side, _ data: JSONValue) -> [Ring] {
        guard areActivitiesSynced, data["eventType"]?.string == "worker.activity.update",
            let worker = data["workerSid"]?.string, let name = data["workerName"]?.string,
            let activity = data["workerActivityName"]?.string, let at = Self.time(data),
            let agent = side == .flex ? identities.frontline(ofFlex: name) : name
        else { return [] }
        let change = ActivitySync.Change(side: side, activity: activity, at: at)
        return [.agent(AgentEvent(agent: agent, kind: .activity(change, worker: worker)))]
    }

    /// Only what can be a command is looked at further, so that ordinary messages cost no request.
    private func command(_ data: JSONValue) -> [Ring] {
        guard let author = data["author"]?.string, let conversation = data["conversationSid"]?.string,
            let message = data["messageSid"]?.string, let index = data["index"]?.integer,
            let command = data["body"]?.string.flatMap({ PromptCommand($0) }),
            // Written in the app: whoever speaks for someone else by REST has no client identity, or another one.
            data["clientIdentity"]?.string.map({ $0 == author }) ?? true
        else { return [] }
        let reply = PromptDesk.Reply(message: message, index: Int(index), command: command)
        return [.command(reply, conversation: conversation, author: author)]
    }

    private static func time(_ data: JSONValue) -> Timestamp? {
        if let milliseconds = data["timestampMs"]?.integer, milliseconds > 0 {
            return Timestamp(unixMilliseconds: UInt64(milliseconds))
        }
        guard let seconds = data["timestamp"]?.integer, seconds > 0, seconds < 1 << 34 else { return nil }
        return Timestamp(unixMilliseconds: UInt64(seconds) * 1_000)
    }
}
