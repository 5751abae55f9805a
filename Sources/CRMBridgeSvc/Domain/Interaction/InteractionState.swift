/// What an interaction is, as its facts say.
enum InteractionState: String, Hashable, Sendable, CaseIterable {
    case offered, accepted, dialing, ringing, connected, wrapup, completed, missed, rejected, cancelled, transferred

    /// Whether it cannot change any more.
    var isFinal: Bool {
        switch self {
        case .completed, .missed, .rejected, .cancelled, .transferred: true
        case .offered, .accepted, .dialing, .ringing, .connected, .wrapup: false
        }
    }

    /// Whether the agent is with the customer, or about to be.
    var isLive: Bool { !isFinal && self != .wrapup }
}

extension Interaction {
    /// What it is now.
    var state: InteractionState {
        if marks[.accepted] == nil, !isDial {
            if marks[.rejected] != nil { return .rejected }
            if marks[.missed] != nil { return .missed }
            if marks[.rescinded] != nil || marks[.canceled] != nil { return .cancelled }
            if marks[.wrapping] == nil, marks[.completed] == nil { return .offered }
        }
        if isDone { return marks[.transferred] == nil ? .completed : .transferred }
        if ended != nil { return .wrapup }
        if connected != nil { return .connected }
        guard isDial else { return .accepted }
        return marks[.customerRinging] != nil || dial?.customer == .placed ? .ringing : .dialing
    }

    var isDial: Bool { dial != nil }

    /// Whether the call was this agent's at any time; the conference of a task is also told to those who declined it.
    var hadCall: Bool {
        isDial || marks[.accepted] != nil || marks[.wrapping] != nil || marks[.completed] != nil
    }

    /// Whether the offer came to nothing: what happens to its task is somebody else's.
    var isDeclined: Bool {
        !hadCall && [Mark.rejected, .missed, .rescinded].contains { marks[$0] != nil }
    }

    /// Whether the agent had the customer, and nobody has taken him over yet.
    ///
    /// That the customer has left the conference may be heard of before the reason.
    var canHandOver: Bool { (marks[.accepted] != nil || isDial) && marks[.transferred] == nil }

    /// Whether nobody waits for anything any more: TaskRouter, or for a dial the agent, is done with it.
    private var isDone: Bool {
        guard ended != nil || marks[.completed] != nil else { return false }
        if marks[.completed] != nil || marks[.abandoned] != nil || marks[.canceled] != nil { return true }
        // A call that came to nothing needs no wrap-up; a task is TaskRouter's until it says so.
        if marks[.finished] != nil { return true }
        guard let dial, connected == nil else { return false }
        // The agent's end alone does not tell whether the customer had answered.
        return dial.customer != .placed || customerEnd != nil
    }

    /// When agent and customer began to hear or read each other; Unix milliseconds.
    var connected: Int? {
        guard channel == .voice else { return marks[.accepted] }
        let joins = firstSteps(.join)
        if let agent = joins[.agent], let customer = joins[.customer] { return max(agent, customer) }
        if isDial {
            // Only an answered leg ends as completed.
            let answered = marks[.customerAnswered] ?? (customerEnd == "completed" ? marks[.customerEnded] : nil)
            return answered.map { max($0, marks[.agentAnswered] ?? $0) }
        }
        // The conference did not tell all: then the agent has been with the customer since the acceptance.
        guard let accepted = marks[.accepted] else { return nil }
        return isOver ? accepted : nil
    }

    /// When the agent's part was over; Unix milliseconds.
    var ended: Int? {
        guard hadCall else { return [Mark.rejected, .missed, .rescinded, .canceled].compactMap { marks[$0] }.min() }
        var times = [Mark.wrapping, .completed, .conferenceEnded, .agentEnded, .customerEnded, .transferred]
            .compactMap { marks[$0] }
        if isUnknown, let time = marks[.unknown] { times.append(time) }
        if marks[.accepted] != nil || isDial {
            times += [Mark.canceled, .rescinded].compactMap { marks[$0] }
        }
        times += firstSteps(.leave).filter { $0.key != .other }.values
        guard let first = times.min() else { return channel == .voice ? nil : marks[.finished] }
        let start = [Mark.accepted, .requested].compactMap { marks[$0] }.min() ?? first
        return max(first, start)
    }

    /// Whether a leg was given up, and has not been heard of since.
    var isUnknown: Bool { dial?.agent == .unknown || dial?.customer == .unknown }

    /// Whether an end was told, without asking ``connected``.
    private var isOver: Bool { ended != nil }

    enum Party: Hashable, Sendable {
        case agent, customer, other
    }

    /// Who a step is about.
    func party(_ step: Step) -> Party {
        switch step.label {
        case "agent", "worker": return .agent
        case "customer": return .customer
        case "transfer": return .other
        default:
            if step.call == agentCall { return .agent }
            return step.call == customerCall ? .customer : .other
        }
    }

    /// Steps in the order of the conference.
    var orderedSteps: [(key: String, value: Step)] { steps.sorted { $0.key < $1.key } }

    /// The first time of a kind for each party.
    func firstSteps(_ kind: Step.Kind) -> [Party: Int] {
        var first: [Party: Int] = [:]
        guard hadCall else { return first }
        for (_, step) in orderedSteps where step.kind == kind {
            first[party(step)] = min(first[party(step)] ?? step.at, step.at)
        }
        return first
    }

    /// Whether the customer is on hold, and whether the agent is muted.
    var isHeld: Bool { last(of: .customer, [.hold, .unhold]) == .hold }
    var isMuted: Bool { last(of: .agent, [.mute, .unmute]) == .mute }

    private func last(of party: Party, _ kinds: Set<Step.Kind>) -> Step.Kind? {
        guard hadCall, state.isLive else { return nil }
        return orderedSteps.last { kinds.contains($0.value.kind) && self.party($0.value) == party }?.value.kind
    }

    /// Who ended it: `agent`, `customer` or `system`; nil while it is not over.
    var endedBy: String? {
        guard ended != nil || state.isFinal else { return nil }
        if marks[.rejected] != nil || marks[.hungUp] != nil || marks[.transferred] != nil { return "agent" }
        if hadCall, let first = orderedSteps.first(where: { $0.value.kind == .leave && party($0.value) != .other }) {
            return party(first.value) == .agent ? "agent" : "customer"
        }
        switch (marks[.agentEnded], marks[.customerEnded]) {
        case (let agent?, let customer?): return agent < customer ? "agent" : "customer"
        case (.some, nil): return "agent"
        case (nil, .some): return "customer"
        case (nil, nil): return channel == .voice ? "system" : "agent"
        }
    }
}
