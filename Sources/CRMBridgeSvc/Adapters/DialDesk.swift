import Bus
import Events
import Logging
import TwilioREST
import Wire

/// Places the calls that agents click: the agent's leg first, the customer's when he has answered.
struct DialDesk: Sendable {
    let desk: BridgeDesk
    let calls: TwilioCalls
    let agents: AgentDirectory
    let logger: Logger

    // MARK: The click

    func take(_ event: Event, _ delivery: Delivery) async throws -> Settlement {
        guard let request = DialRequest(event.data.json) else { return .term(reason: "crm.dial_malformed") }
        let key = Interaction.key(agent: request.agentID, id: request.dialID)
        let isExpired = event.isExpired(at: desk.now())
        if try await desk.store.load(key) == nil {
            // Answered without a call of ours before.
            guard try await desk.store.links(of: request.dialID).isEmpty else { return .ack }
            do {
                guard try await begin(request, isExpired: isExpired) else { return .ack }
            } catch let refusal as DialRefusal {
                desk.metrics.count(dial: refusal.reason.rawValue)
                return .transaction(publishes: [try desk.events.refused(request, refusal)])
            }
        }
        // Judged again: the intent may have been stored long before the telephone is asked for.
        return try await ringAgent(request, key, isExpired: isExpired)
    }

    /// Judges the click; stores the intent to call.
    ///
    /// - Returns: False when it was answered without a call.
    private func begin(_ request: DialRequest, isExpired: Bool) async throws -> Bool {
        let agent: AgentRecord?
        do { agent = try await agents.agent(request.agentID) } catch CRMFailure.notAnAgent { agent = nil }
        let dials = try await desk.store.dials(of: request.agentID)
        let now = desk.milliseconds
        let plan = try DialPolicy.plan(
            request, teams: desk.settings.teams,
            in: DialPolicy.Situation(
                agent: agent, interactions: try await desk.store.interactions(of: request.agentID),
                leader: try await desk.store.leader(of: request.agentID)?.panel, dials: dials.times,
                isExpired: isExpired, now: now))
        let recent = dials.times.filter { $0 > now - DialPolicy.rateWindow } + [now]
        let counted = desk.store.write(dials: recent, of: request.agentID, expecting: dials.revision)
        if !request.placesCall || plan.team.dialBy == .flex {
            let link = desk.store.link(
                request.dialID, "asked", to: Interaction.key(agent: request.agentID, id: request.dialID), isNew: true)
            // Lost against another of the agent's clicks: decided anew.
            guard try await desk.store.commit([try elsewhere(request, plan)], [link, counted]) else {
                throw CRMFailure.contended(rounds: 1)
            }
            return false
        }
        do {
            try DialPolicy.check(plan.country, isAllowed: try await agents.mayCall(plan.country))
        } catch let error as TwilioError {
            // The account says so itself when it is asked to call.
            logger.notice("Dialling permissions could not be read", metadata: ["error": "\(error.code)"])
        }
        var interaction = Interaction(
            id: request.dialID, agentID: request.agentID, channel: .voice, direction: .outbound)
        interaction.from = plan.callerID
        interaction.to = plan.e164
        interaction.record = request.record
        interaction.customerName = request.record.flatMap { $0.label.isEmpty ? nil : $0.label }
        let key = interaction.key
        let writes = [desk.store.link(request.dialID, "1", to: key, isNew: true), counted]
        let query = ContactQuery(phone: plan.e164, region: plan.country)
        try await desk.change(key, orMake: (interaction, writes), query: query) { current in
            // Begun by another process meanwhile: that one's legs stand.
            guard current.dial == nil else { return [] }
            var machine = DialMachine(e164: plan.e164, callerID: plan.callerID)
            machine.extensionDigits = plan.extensionDigits
            return [.dial(machine), .mark(.requested, at: now)]
        }
        return true
    }

    /// The answer to a click whose call is placed by the agent, or by Flex in his browser.
    private func elsewhere(_ request: DialRequest, _ plan: DialPolicy.Plan) throws -> OutgoingEvent {
        guard request.placesCall else { return try desk.events.accepted(request, status: "confirm", e164: plan.e164) }
        var more: [(String, JSONValue)] = [
            ("destination", .string(plan.e164)), ("callerId", .string(plan.callerID)),
            ("taskAttributes", ["dialId": .string(request.dialID)]),
        ]
        if let queue = plan.team.queueSID { more.append(("queueSid", .string(queue))) }
        if let workflow = plan.team.workflowSID { more.append(("workflowSid", .string(workflow))) }
        return try desk.events.accepted(request, status: "flex", e164: plan.e164, more)
    }

    private func ringAgent(_ request: DialRequest, _ key: String, isExpired: Bool) async throws -> Settlement {
        let contact = try await agents.agent(request.agentID).contact
        let outcome = try await place(.agent, key, to: contact, isExpired: isExpired) {
            (interaction, dial) async throws(TwilioError) in
            try await calls.ringAgent(interaction.id, contact: contact, from: dial.callerID)
        }
        switch outcome {
        case .done(let interaction):
            desk.metrics.count(dial: "placed")
            let accepted = try desk.events.accepted(request, status: "placed", e164: interaction.dial?.e164 ?? "")
            return .transaction(publishes: [accepted])
        case .failed(let refusal):
            desk.metrics.count(dial: refusal.reason.rawValue)
            return .transaction(publishes: [try desk.events.refused(request, refusal)])
        case .searching: return .nak(delay: .seconds(1), reason: "crm.call_searched")
        }
    }

    // MARK: Legs

    /// Takes a leg's progress in.
    ///
    /// - Returns: False when a call that may have been created is still looked for.
    func leg(
        _ key: String, _ leg: BridgeEvent.Leg, _ mark: Interaction.Mark, call: String, status: String?, at: Int
    ) async throws -> Bool {
        guard let who = DialMachine.Who(rawValue: leg.rawValue) else {
            try await transferLeg(key, mark, call: call, at: at)
            return true
        }
        let interaction = try await desk.change(key) { _ in
            [.leg(who, mark, call: call, status: status, at: at)]
        }
        guard let interaction else { return true }
        switch (who, mark) {
        case (.agent, .agentAnswered) where interaction.marks[.agentEnded] == nil && interaction.marks[.hungUp] == nil:
            return try await ringCustomer(key, answered: at)
        case (.customer, .customerRinging), (.customer, .customerAnswered):
            guard isWanted(interaction) else {
                try await calls.hangUp(call)
                return true
            }
            if mark == .customerAnswered { try await pressExtension(interaction, call) }
        case (.agent, .agentEnded):
            // Nobody rings for an agent who is gone; who talks with somebody else is not disturbed.
            if try await !isHandedOn(interaction), let customer = interaction.customerCall,
                interaction.marks[.customerEnded] == nil
            {
                try await calls.hangUp(customer)
            }
        case (.customer, .customerEnded):
            try await withdrawOffer(interaction)
            if let agent = interaction.agentCall, interaction.marks[.agentEnded] == nil {
                try await calls.hangUp(agent)
            }
        default: break
        }
        return true
    }

    /// Whether somebody is there for the customer of a dial whose telephone rings.
    private func isWanted(_ interaction: Interaction) -> Bool {
        guard interaction.isDial, interaction.transfer?.phase != .completed else { return true }
        return interaction.marks[.agentEnded] == nil && interaction.marks[.hungUp] == nil
            && interaction.marks[.unknown] == nil
    }

    /// Presses an extension's keys, once; one that did not get through is in the agent's panel.
    private func pressExtension(_ interaction: Interaction, _ call: String) async throws {
        guard let digits = interaction.dial?.extensionDigits, !interaction.requests.contains(Self.extensionRequest)
        else { return }
        var isFirst = false
        try await desk.change(interaction.key) { current in
            isFirst = !current.requests.contains(Self.extensionRequest)
            return isFirst ? [.requested(Self.extensionRequest)] : []
        }
        guard isFirst else { return }
        do {
            _ = try await calls.update(call, of: interaction, calls.keys("w" + digits))
        } catch {
            logger.notice("An extension was not pressed", metadata: ["error": "\(error.code)"])
        }
    }

    private static let extensionRequest = "extension"

    /// How long after the agent has answered the customer may still be called, in milliseconds.
    private static let answerLimit = 30_000

    private func ringCustomer(_ key: String, answered: Int) async throws -> Bool {
        let isLate = desk.milliseconds - answered > Self.answerLimit
        let outcome = try await place(.customer, key, to: nil, isExpired: isLate) {
            (interaction, dial) async throws(TwilioError) in
            try await calls.ring(
                dial.e164, into: interaction.id, from: dial.callerID, kind: "dial", id: interaction.id, leg: "customer")
        }
        switch outcome {
        case .done: return true
        case .searching: return false
        case .failed:
            // The agent hears nobody: his leg ends.
            if let agent = try await desk.store.load(key)?.interaction.agentCall { try await calls.hangUp(agent) }
            return true
        }
    }

    // MARK: Placing

    private enum Outcome {
        case done(Interaction)
        case failed(DialRefusal)
        case searching
    }

    /// Has the provider place a leg, once: the intent is stored before, and whoever finds it there only searches.
    private func place(
        _ who: DialMachine.Who, _ key: String, to contact: String?, isExpired: Bool,
        _ create: (Interaction, DialMachine) async throws(TwilioError) -> String
    ) async throws -> Outcome {
        var action = DialMachine.Action.none
        let now = desk.milliseconds
        let interaction = try await desk.change(key) { interaction in
            guard var dial = interaction.dial else { return [] }
            if isExpired, dial.expire(who) {
                action = .none
                return [.dial(dial), .mark(who == .agent ? .agentEnded : .customerEnded, at: now)]
            }
            action = dial.want(who, now: now)
            return action == .giveUp ? [.dial(dial), .mark(.unknown, at: now)] : [.dial(dial)]
        }
        guard let interaction, let dial = interaction.dial else { return .searching }
        switch action {
        case .none:
            guard dial[who] == .placed else { return .failed(Self.refusal(dial.failure)) }
            return .done(interaction)
        case .giveUp:
            try await desk.store.tell(try desk.events.unknownCall(interaction, leg: who))
            return .failed(
                DialRefusal(.internal, "It is not known whether the call was placed; it is not tried again."))
        case .find(let since):
            let found =
                who == .customer
                ? try await calls.findParticipant(of: interaction)
                : try await calls.findCall(
                    to: contact ?? dial.e164, from: dial.callerID, since: since, but: try await otherCalls(interaction))
            guard let found else { return .searching }
            return .done(try await placed(who, key, call: found) ?? interaction)
        case .create:
            do {
                return .done(try await placed(who, key, call: try await create(interaction, dial)) ?? interaction)
            } catch let error as TwilioError {
                if error.mayHaveTakenEffect { return .searching }
                return .failed(try await failed(who, key, error))
            }
        }
    }

    /// Calls of the agent that belong to something else.
    private func otherCalls(_ interaction: Interaction) async throws -> Set<String> {
        let others = try await desk.store.interactions(of: interaction.agentID).filter { $0.id != interaction.id }
        return Set(others.flatMap { [$0.agentCall, $0.customerCall, $0.transfer?.sid].compactMap { $0 } })
    }

    private func placed(_ who: DialMachine.Who, _ key: String, call: String) async throws -> Interaction? {
        try await desk.change(key) { interaction in
            guard var dial = interaction.dial else { return [] }
            dial.placed(who)
            let ringing = Interaction.Mark.agentRinging
            // That the customer rings is told by a callback; that the agent does is why there is a call.
            return who == .agent
                ? [.dial(dial), .leg(who, ringing, call: call, status: nil, at: dial.agentAttempt)]
                : [.dial(dial), .leg(who, .customerRinging, call: call, status: nil, at: dial.customerAttempt)]
        }
    }

    /// The provider certainly did not call.
    private func failed(_ who: DialMachine.Who, _ key: String, _ error: TwilioError) async throws -> DialRefusal {
        let isForbidden = error.problem?.code.map(DialPolicy.permissionCodes.contains) ?? false
        let reason = isForbidden ? DialRefusal.Reason.noPermission.rawValue : error.code
        let now = desk.milliseconds
        let interaction = try await desk.change(key) { interaction in
            guard var dial = interaction.dial else { return [] }
            dial.failed(who, reason: reason)
            return [.dial(dial), .mark(who == .agent ? .agentEnded : .customerEnded, at: now)]
        }
        if isForbidden, let country = interaction?.dial.flatMap({ DialPolicy.country(of: $0.e164) }) {
            agents.forgetPermission(country)
        }
        return Self.refusal(reason)
    }

    private static func refusal(_ failure: String?) -> DialRefusal {
        if failure == DialRefusal.Reason.expired.rawValue {
            return DialRefusal(.expired, "The click was too long ago to place the call now.", remedy: "Click again.")
        }
        return failure == DialRefusal.Reason.noPermission.rawValue
            ? DialRefusal(
                .noPermission, "The telephone account may not call this country.",
                remedy: "In the Twilio console, under Voice, Settings, Geographic permissions, enable it.")
            : DialRefusal(.internal, "The provider did not place the call [\(failure ?? "unknown")].")
    }

    // MARK: Third parties

    private func transferLeg(_ key: String, _ mark: Interaction.Mark, call: String, at: Int) async throws {
        let phase: Interaction.Transfer.Phase =
            switch mark {
            case .customerAnswered: .talking
            case .customerEnded: .failed
            default: .ringing
            }
        let interaction = try await desk.change(key) { interaction in
            // Who talks with the customer alone ends nothing of ours.
            interaction.transfer?.phase == .completed ? [] : [.transfer(phase, sid: call, at: at)]
        }
        guard let interaction, let transfer = interaction.transfer, phase == .talking, !transfer.isWarm else { return }
        try await leave(interaction)
    }

    /// Whether the customer is with somebody else, even if that has not been told yet: when he changes over, the conference
    /// that he leaves ends, and with it the agent's leg.
    private func isHandedOn(_ interaction: Interaction) async throws -> Bool {
        guard let transfer = interaction.transfer else { return false }
        switch transfer.phase {
        case .talking, .completed: return true
        case .creating, .failed: return false
        case .ringing:
            guard transfer.kind != .number, let task = transfer.sid else { return false }
            return try await !calls.isWaiting(task)
        }
    }

    /// Nobody is asked to take a customer over who has hung up; one who has taken him has him.
    private func withdrawOffer(_ interaction: Interaction) async throws {
        guard let transfer = interaction.transfer, transfer.kind != .number, transfer.phase == .ringing,
            let task = transfer.sid, try await calls.isWaiting(task)
        else { return }
        try await calls.withdraw(task)
        let now = desk.milliseconds
        try await desk.change(interaction.key) { _ in [.transfer(.failed, sid: task, at: now)] }
    }

    /// The agent leaves the others to themselves: a transfer is completed.
    func leave(_ interaction: Interaction) async throws {
        let now = desk.milliseconds
        if let agent = interaction.agentCall { try await calls.release(agent, of: interaction) }
        try await desk.change(interaction.key) { _ in [.transfer(.completed, sid: nil, at: now)] }
    }
}
