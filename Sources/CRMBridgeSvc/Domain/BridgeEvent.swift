import Events

/// What an event on the bus says, as far as the bridge is concerned.
enum BridgeEvent: Hashable, Sendable {
    /// One offer of a task; creates the interaction when it is not known.
    case reservation(task: String, reservation: String, agent: String, Interaction.Mark, at: Int)
    /// A whole task; for all its offers.
    case task(String, Interaction.Mark, at: Int)
    /// Something in the conference of a task or a dial.
    case conference(of: String, InteractionInput)
    /// A leg that was placed for a dial, or for a transfer.
    case leg(of: String, Leg, Interaction.Mark, call: String, status: String?, at: Int)
    /// A call ended, of which only its SID is known.
    case ended(call: String, status: String?, at: Int)
    case transferred(task: String, at: Int)
    case worker(name: String)
    case message(conversation: String)
    case dial
    case activity(interaction: String, agent: String, status: String, revision: Int)

    enum Leg: String, Hashable, Sendable {
        case agent, customer, transfer
    }

    static let topics = [
        "task.*", "worker.updated", "call.*", "twilio.voice.*", "message.added", "dial.requested", "activity.logged",
        "activity.failed",
    ]

    /// Reads an event; nil for what does not concern the bridge.
    ///
    /// - Parameters:
    ///   - event: Any event.
    ///   - received: When the journal took it, Unix milliseconds: Voice tells times in whole seconds only.
    init?(_ event: Event, received: Int) {
        guard let data = event.data.json else { return nil }
        let name = event.topic.name
        let at = event.time.map { Int($0.unixNanoseconds / 1_000_000) } ?? received
        switch name {
        case "dial.requested": self = .dial
        case "worker.updated":
            guard let worker = data["workerName"]?.string else { return nil }
            self = .worker(name: worker)
        case "message.added":
            guard let conversation = data["conversationSid"]?.string ?? data["channelSid"]?.string else { return nil }
            self = .message(conversation: conversation)
        case "activity.logged", "activity.failed":
            guard let id = data["interactionId"]?.string, let agent = data["agentId"]?.string else { return nil }
            self = .activity(
                interaction: id, agent: agent, status: name == "activity.logged" ? "saved" : "failed",
                revision: Int(data["revision"]?.integer ?? 0))
        case let topic where topic.hasPrefix("task."): self.init(task: topic, data, at: at)
        default: self.init(call: name, data, at: Self.refined(at, received: received))
        }
    }

    /// A whole second of the provider, made finer by when it was heard of.
    static func refined(_ second: Int, received: Int) -> Int {
        second % 1_000 == 0 ? max(second, min(received, second + 999)) : second
    }

    private init?(task topic: String, _ data: JSONValue, at: Int) {
        guard let task = data["taskSid"]?.string else { return nil }
        if topic == "task.transferred" {
            self = .transferred(task: task, at: at)
            return
        }
        let marks: [String: Interaction.Mark] = [
            "task.reserved": .offered, "task.accepted": .accepted, "task.rejected": .rejected, "task.timeout": .missed,
            "task.rescinded": .rescinded, "task.canceled": .canceled, "task.wrapping": .wrapping,
            "task.completed": .completed,
        ]
        guard let mark = marks[topic] else { return nil }
        guard let reservation = data["reservationSid"]?.string else {
            // Wrap-up is told of each reservation; what ends the whole task takes it from whoever has it.
            guard mark == .canceled || mark == .completed else { return nil }
            self = .task(task, .canceled, at: at)
            return
        }
        guard let agent = data["workerName"]?.string, !agent.isEmpty, !agent.contains("/") else { return nil }
        self = .reservation(task: task, reservation: reservation, agent: agent, mark, at: at)
    }

    private init?(call topic: String, _ data: JSONValue, at: Int) {
        func text(_ name: String, _ raw: String) -> String? { data[name]?.string ?? data["raw"]?[raw]?.string }
        guard let target = data["dialId"]?.string ?? data["taskSid"]?.string ?? data["friendlyName"]?.string,
            target.hasPrefix("DL") || target.hasPrefix("WT")
        else {
            // From a listing, after a gap: without the marks of our own callbacks.
            guard topic == "call.ended" || topic == "call.failed", let call = data["callSid"]?.string,
                call.hasPrefix("CA")
            else { return nil }
            self = .ended(call: call, status: data["callStatus"]?.string, at: at)
            return
        }
        let call = data["callSid"]?.string ?? ""
        let told = data["statusCallbackEvent"]?.string ?? ""
        if let conference = data["conferenceSid"]?.string, !told.isEmpty {
            if told == "conference-end" {
                self = .conference(of: target, .mark(.conferenceEnded, at: at))
                return
            }
            let kinds: [String: Interaction.Step.Kind] = [
                "participant-join": .join, "participant-leave": .leave, "participant-hold": .hold,
                "participant-unhold": .unhold, "participant-mute": .mute, "participant-unmute": .unmute,
            ]
            guard let kind = kinds[told], let number = data["sequenceNumber"]?.integer else { return nil }
            let step = Interaction.Step(
                kind: kind, call: call, label: text("participantLabel", "ParticipantLabel") ?? "", at: at)
            let digits = String(number)
            let key = "\(conference):\(String(repeating: "0", count: max(0, 6 - digits.utf8.count)))\(digits)"
            self = .conference(of: target, .step(step, key: key, conference: conference))
            return
        }
        guard !call.isEmpty else { return nil }
        guard let leg = data["leg"]?.string.flatMap(Leg.init) else {
            guard topic == "call.ended" || topic == "call.failed", call.hasPrefix("CA") else { return nil }
            self = .ended(call: call, status: data["callStatus"]?.string, at: at)
            return
        }
        let isAgent = leg == .agent
        let mark: Interaction.Mark
        switch topic {
        case "call.ringing", "twilio.voice.initiated": mark = isAgent ? .agentRinging : .customerRinging
        case "call.answered": mark = isAgent ? .agentAnswered : .customerAnswered
        case "call.ended", "call.failed": mark = isAgent ? .agentEnded : .customerEnded
        default: return nil
        }
        let status = topic == "call.ended" || topic == "call.failed" ? data["callStatus"]?.string : nil
        self = .leg(of: target, leg, mark, call: call, status: status, at: at)
    }
}
