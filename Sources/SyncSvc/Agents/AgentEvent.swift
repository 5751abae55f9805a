import Events

/// Says that there is something to do for one agent: the event `sync.agent`.
///
/// Its ordering key is the agent's Frontline identity.
///
/// Events of tasks, workers and conversations have other keys; through this one all that concerns an agent is handled
/// one after the other, across all processes.
struct AgentEvent: Hashable, Sendable {
    static let topic: Topic = "sync.agent"
    static let source = "/sync"

    enum Kind: Hashable, Sendable {
        case reserved(Prompt, flexName: String)
        case ended(reservation: String, PromptOutcome)
        case reply(PromptDesk.Reply, conversation: String)
        case activity(ActivitySync.Change, worker: String)
        /// Someone waits for the agent on a page.
        case nudge
        /// A transfer of the agent's did not happen.
        case transferUndone(TransferSaga.Reason)
        /// Something about a conversation that the agent began.
        case outgoing(OutgoingNotice)
    }

    /// Frontline identity.
    let agent: String
    let kind: Kind

    /// The event for the bus.
    ///
    /// - Parameters:
    ///   - cause: What makes it the same event when it is published again: a record id, or a name of its own.
    ///   - expires: From here on it is not worth doing.
    /// - Returns: The event.
    /// - Throws: ``EventError``, when the agent's name is too long for a key.
    func event(cause: String, expires: Timestamp? = nil) throws(EventError) -> Event {
        var event = Event(
            id: try EventID("agent:\(name):\(cause.replacing("\n", with: "#"))"), source: try EventSource(Self.source),
            topic: Self.topic, key: try OrderingKey(agent), data: json)
        event.expiresAt = expires
        return event
    }

    private var name: String {
        switch kind {
        case .reserved: "reserved"
        case .ended: "ended"
        case .reply: "reply"
        case .activity: "activity"
        case .nudge: "nudge"
        case .transferUndone: "transfer-undone"
        case .outgoing: "outgoing"
        }
    }

    private var json: JSONValue {
        var object = JSONObject([("agent", .string(agent)), ("kind", .string(name))])
        switch kind {
        case .reserved(let prompt, let flexName):
            object["prompt"] = prompt.json
            object["flexName"] = .string(flexName)
        case .ended(let reservation, let outcome):
            object["reservation"] = .string(reservation)
            object["outcome"] = .string(outcome.rawValue)
        case .reply(let reply, let conversation):
            object["message"] = .string(reply.message)
            object["index"] = .number(JSONNumber(reply.index))
            object["isAccept"] = .bool(reply.command == .accept)
            object["conversation"] = .string(conversation)
        case .activity(let change, let worker):
            object["change"] = change.json
            object["worker"] = .string(worker)
        case .nudge: break
        case .transferUndone(let reason): object["reason"] = .string(reason.rawValue)
        case .outgoing(let notice): object["notice"] = .string(notice.rawValue)
        }
        return .object(object)
    }

    /// Reads the data of a `sync.agent` event; nil when it is none of ours.
    init?(_ json: JSONValue) {
        guard let agent = json["agent"]?.string, let kind = json["kind"]?.string.flatMap({ Self.kind($0, json) })
        else { return nil }
        self.init(agent: agent, kind: kind)
    }

    init(agent: String, kind: Kind) {
        self.agent = agent
        self.kind = kind
    }

    private static func kind(_ name: String, _ json: JSONValue) -> Kind? {
        switch name {
        case "reserved":
            guard let prompt = json["prompt"].flatMap(Prompt.init), let flexName = json["flexName"]?.string else {
                return nil
            }
            return .reserved(prompt, flexName: flexName)
        case "ended":
            guard let reservation = json["reservation"]?.string,
                let outcome = json["outcome"]?.string.flatMap(PromptOutcome.init(rawValue:))
            else { return nil }
            return .ended(reservation: reservation, outcome)
        case "reply":
            guard let message = json["message"]?.string, let index = json["index"]?.integer,
                let isAccept = json["isAccept"]?.bool, let conversation = json["conversation"]?.string
            else { return nil }
            let reply = PromptDesk.Reply(
                message: message, index: Int(index), command: isAccept ? .accept : .decline)
            return .reply(reply, conversation: conversation)
        case "activity":
            guard let change = json["change"].flatMap(ActivitySync.Change.init), let worker = json["worker"]?.string
            else { return nil }
            return .activity(change, worker: worker)
        case "nudge": return .nudge
        case "transfer-undone":
            return json["reason"]?.string.flatMap(TransferSaga.Reason.init(rawValue:)).map { .transferUndone($0) }
        case "outgoing": return json["notice"]?.string.flatMap(OutgoingNotice.init(rawValue:)).map { .outgoing($0) }
        default: return nil
        }
    }
}
