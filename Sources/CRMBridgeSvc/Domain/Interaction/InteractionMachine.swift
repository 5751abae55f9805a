/// Takes what was told into an interaction; never steps back, whatever comes in whatever order and however often.
enum InteractionMachine {
    /// Names of `interaction.updated`.
    enum Change: String, Hashable, Sendable {
        case offered, accepted, connected, wrapup, completed, missed, rejected, cancelled, transferred, updated
    }

    /// What follows a change.
    struct Effects: Hashable, Sendable {
        /// Nil when nothing changed.
        var change: Change?
        /// Whether the acceptance is told besides, because what came of it was heard of first.
        var tellsAcceptance = false
        /// To be written to the CRM, in the same transaction.
        var log: ActivityLog?
        /// Whether the agent's time for the wrap-up begins.
        var beginsWrapUp = false
    }

    /// Applies inputs and says what follows.
    static func apply(_ inputs: [InteractionInput], to interaction: inout Interaction) -> Effects {
        let before = interaction
        let isNew = before.revision == 0
        for input in inputs { take(input, &interaction) }
        var effects = Effects()
        if let log = ActivityRule.log(interaction) {
            interaction.log = log
            interaction.logStatus = "queued"
            effects.log = log
        }
        guard interaction != before || isNew else { return effects }
        interaction.revision += 1
        effects.change = change(from: isNew ? nil : before, to: interaction)
        effects.tellsAcceptance =
            effects.change == .connected && !interaction.isDial && (isNew || before.state == .offered)
        effects.beginsWrapUp = interaction.state == .wrapup && (isNew || before.state != .wrapup)
        return effects
    }

    private static func change(from before: Interaction?, to after: Interaction) -> Change {
        if after.marks[.transferred] != nil, before.map({ $0.marks[.transferred] == nil }) ?? true {
            return .transferred
        }
        guard before?.state != after.state else { return .updated }
        switch after.state {
        case .offered: return .offered
        case .accepted: return .accepted
        case .connected:
            // A chat is both at once.
            return after.channel != .voice ? .accepted : .connected
        case .wrapup: return .wrapup
        case .completed: return .completed
        case .transferred: return .completed
        case .missed: return .missed
        case .rejected: return .rejected
        case .cancelled: return .cancelled
        case .dialing, .ringing: return .updated
        }
    }

    private static func take(_ input: InteractionInput, _ interaction: inout Interaction) {
        switch input {
        case .mark(.conferenceEnded, _) where interaction.isDeclined: break
        case .mark(let mark, let at): interaction.mark(mark, at: at)
        case .step where interaction.isDeclined: break
        case .step(let step, let key, let conference): take(step, key, conference, &interaction)
        case .leg where interaction.isDeclined: break
        case .leg(let who, let mark, let call, let status, let at):
            leg(who, mark, call, status, at, &interaction)
        case .begins(let transfer):
            if interaction.transfer == nil || interaction.transfer?.phase == .failed { interaction.transfer = transfer }
        case .transfer(let phase, let sid, let at): moveTransfer(phase, sid, at, &interaction)
        case .matches(let found):
            guard !interaction.isLookedUp, !found.isUnavailable else { return }
            interaction.isLookedUp = true
            interaction.matches = Array(found.matches.prefix(PopPolicy.maxMatches))
            interaction.isMatchListCut = found.isTruncated || found.matches.count > PopPolicy.maxMatches
            if interaction.record == nil, case .one(let match) = interaction.match {
                interaction.record = match.record
                if interaction.customerName == nil, !match.record.label.isEmpty {
                    interaction.customerName = match.record.label
                }
            }
        case .record(let record): interaction.record = record
        case .disposition(let disposition): interaction.disposition = disposition
        case .popped(let trigger): if !interaction.pops.contains(trigger) { interaction.pops.append(trigger) }
        case .requested(let id):
            interaction.requests.append(id)
            interaction.requests = Array(interaction.requests.suffix(Interaction.maxRequests))
        case .logged(let status, let reference, let revision):
            guard let log = interaction.log, revision >= log.revision else { return }
            interaction.logStatus = status
            if let reference { interaction.logReference = reference }
        case .dial(let machine): interaction.dial = machine
        case .facts(let facts, let allowed): facts.fill(&interaction, allowed: allowed)
        case .expires(let time): interaction.offerExpires = interaction.offerExpires ?? time
        }
    }

    private static func take(
        _ step: Interaction.Step, _ key: String, _ conference: String?, _ interaction: inout Interaction
    ) {
        if interaction.conference == nil { interaction.conference = conference }
        let isNeeded = step.kind == .leave || step.kind == .join
        guard interaction.steps[key] == nil, isNeeded || interaction.steps.count < Interaction.maxSteps else { return }
        interaction.steps[key] = step
        // Calls are known by their labels before they are known otherwise.
        switch step.label {
        case "agent", "worker": if interaction.agentCall == nil { interaction.agentCall = step.call }
        case "customer": if interaction.customerCall == nil { interaction.customerCall = step.call }
        default: break
        }
    }

    private static func leg(
        _ who: DialMachine.Who, _ mark: Interaction.Mark, _ call: String, _ status: String?, _ at: Int,
        _ interaction: inout Interaction
    ) {
        interaction.dial?.placed(who)
        if who == .agent, interaction.agentCall == nil { interaction.agentCall = call }
        if who == .customer, interaction.customerCall == nil { interaction.customerCall = call }
        interaction.mark(mark, at: at)
        guard let status else { return }
        if who == .agent { interaction.agentEnd = min(interaction.agentEnd ?? status, status) }
        if who == .customer { interaction.customerEnd = min(interaction.customerEnd ?? status, status) }
    }

    private static func moveTransfer(
        _ phase: Interaction.Transfer.Phase, _ sid: String?, _ at: Int, _ interaction: inout Interaction
    ) {
        guard var transfer = interaction.transfer else {
            // The provider's own transfers are not begun here.
            if phase == .completed { interaction.mark(.transferred, at: at) }
            return
        }
        let order: [Interaction.Transfer.Phase] = [.creating, .ringing, .talking, .failed, .completed]
        if transfer.sid == nil { transfer.sid = sid }
        if let now = order.firstIndex(of: transfer.phase), let next = order.firstIndex(of: phase), next > now {
            transfer.phase = phase
        }
        interaction.transfer = transfer
        if phase == .completed { interaction.mark(.transferred, at: at) }
    }
}
