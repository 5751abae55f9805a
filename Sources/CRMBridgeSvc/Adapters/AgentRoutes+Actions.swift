import Events
import TwilioREST

/// What an agent does with an interaction.
extension AgentRoutes {
    enum Action: String, CaseIterable, Sendable {
        case accept, reject, hangup, hold, resume, mute, unmute, dtmf, transfer, conference, wrapup, complete

        /// Whether it can be done in a state.
        func fits(_ interaction: Interaction) -> Bool {
            let state = interaction.state
            switch self {
            case .accept, .reject: return state == .offered
            case .hangup: return interaction.channel == .voice && state.isLive && state != .offered
            case .hold, .resume, .mute, .unmute, .dtmf, .transfer, .conference:
                return interaction.channel == .voice && state == .connected
            case .wrapup: return state == .accepted || state == .connected
            case .complete: return state == .wrapup || (interaction.channel != .voice && state == .connected)
            }
        }
    }

    static let maxDigits = 32

    /// Runs a question to the provider; its errors become answers.
    func provider<Value: Sendable>(_ body: () async throws(TwilioError) -> Value) async throws -> Value {
        do {
            return try await body()
        } catch {
            throw CRMFailure.provider(code: error.code, detail: error.description)
        }
    }

    func action(_ id: String, _ request: CRMRequest) async throws -> CRMReply {
        let agent = try await agent(request)
        let json = try body(request)
        guard let action = json["action"]?.string.flatMap(Action.init) else {
            throw CRMFailure.malformed(field: "action", detail: "It is one of \(Action.allCases.map(\.rawValue)).")
        }
        guard let requestID = json["requestId"]?.string, (1...64).contains(requestID.utf8.count) else {
            throw CRMFailure.malformed(field: "requestId", detail: "It has 1 to 64 bytes; a repeat has the same.")
        }
        let interaction = try await own(id, of: agent)
        if interaction.requests.contains(requestID) { return view(interaction, status: 202) }
        guard action.fits(interaction) else { throw CRMFailure.wrongState(interaction.state.rawValue) }
        // Noted before it is done: a repeat of the request does nothing.
        var noted = try await desk.change(interaction.key) { current in
            guard !current.requests.contains(requestID) else { return [] }
            guard action.fits(current) else { throw CRMFailure.wrongState(current.state.rawValue) }
            return [.requested(requestID)]
        }
        noted = try await perform(action, json, requestID, noted ?? interaction, agent) ?? noted
        return view(noted ?? interaction, status: 202)
    }

    private func perform(
        _ action: Action, _ json: JSONValue, _ requestID: String, _ interaction: Interaction, _ agent: AgentRecord
    ) async throws -> Interaction? {
        switch action {
        case .accept, .reject, .wrapup: try await reservation(action, interaction, agent)
        case .complete: return try await complete(interaction)
        case .hangup: return try await hangUp(interaction)
        case .hold, .resume:
            try await participant(interaction.customerCall, of: interaction, .init(isOnHold: action == .hold))
        case .mute, .unmute:
            try await participant(interaction.agentCall, of: interaction, .init(isMuted: action == .mute))
        case .dtmf:
            guard let digits = json["digits"]?.string, (1...Self.maxDigits).contains(digits.utf8.count),
                digits.allSatisfy({ "0123456789*#w".contains($0) })
            else {
                throw CRMFailure.malformed(
                    field: "digits", detail: "They are 0-9, *, # and w, at most \(Self.maxDigits).")
            }
            try await participant(interaction.customerCall, of: interaction, calls.keys(digits))
        case .transfer, .conference:
            let isWarm = action == .conference || json["mode"]?.string == "warm"
            return try await transfer(interaction, json["target"], isWarm: isWarm, requestID, agent)
        }
        return nil
    }

    /// An answer that is lost is told by TaskRouter's event, if it was taken.
    private func reservation(_ action: Action, _ interaction: Interaction, _ agent: AgentRecord) async throws {
        do {
            switch action {
            case .accept where interaction.channel == .voice:
                let caller = interaction.from.isEmpty ? agents.team(of: agent)?.callerID ?? "" : interaction.from
                try await calls.acceptCall(interaction, contact: agent.contact, from: caller)
            case .accept: try await calls.accept(interaction)
            case .reject: try await calls.reject(interaction)
            default: try await calls.wrapUp(interaction)
            }
        } catch {
            if error.mayHaveTakenEffect { return }
            guard case .rejected = error else {
                throw CRMFailure.provider(code: error.code, detail: error.description)
            }
            // The offer was over before it was answered.
            let state = try await store.load(interaction.key)?.interaction.state ?? interaction.state
            throw CRMFailure.wrongState(state.rawValue)
        }
    }

    func complete(_ interaction: Interaction) async throws -> Interaction? {
        let rule = desk.settings.dispositions.rule(of: interaction.queueName)
        if let problem = DispositionRule.problem(interaction.disposition, rule: rule, completes: true) { throw problem }
        if interaction.reservationSID != nil {
            do {
                try await calls.complete(interaction)
            } catch {
                // Over already, or taken without an answer: then TaskRouter tells.
                var isOver = error.mayHaveTakenEffect
                if case .rejected = error { isOver = true }
                guard isOver else { throw CRMFailure.provider(code: error.code, detail: error.description) }
            }
        }
        let now = desk.milliseconds
        return try await desk.change(interaction.key) { _ in [.mark(.finished, at: now)] }
    }

    private func participant(
        _ call: String?, of interaction: Interaction, _ update: ConferenceParticipantUpdate
    ) async throws {
        guard let call else { throw CRMFailure.wrongState(interaction.state.rawValue) }
        let isThere = try await provider { () async throws(TwilioError) in
            try await calls.update(call, of: interaction, update)
        }
        if !isThere { throw CRMFailure.wrongState(interaction.state.rawValue) }
    }

    private func hangUp(_ interaction: Interaction) async throws -> Interaction? {
        if let transfer = interaction.transfer, transfer.kind == .number, transfer.phase == .talking {
            // The customer stays with the third party.
            try await dials.leave(interaction)
            return try await store.load(interaction.key)?.interaction
        }
        let now = desk.milliseconds
        let changed = try await desk.change(interaction.key) { _ in [.mark(.hungUp, at: now)] }
        let legs = [interaction.agentCall, interaction.isDial ? interaction.customerCall : nil].compactMap { $0 }
        for leg in legs {
            try await provider { () async throws(TwilioError) in try await calls.hangUp(leg) }
        }
        return changed
    }

    // MARK: Transfers

    private func transfer(
        _ interaction: Interaction, _ target: JSONValue?, isWarm: Bool, _ requestID: String, _ agent: AgentRecord
    ) async throws -> Interaction? {
        guard let kind = target?["kind"]?.string.flatMap(Interaction.Transfer.Kind.init),
            let id = target?["id"]?.string, !id.isEmpty, id.utf8.count <= 128
        else { throw CRMFailure.malformed(field: "target", detail: "A target has kind (agent, queue, number) and id.") }
        if isWarm, kind != .number {
            throw CRMFailure.malformed(field: "mode", detail: "Only a number can be added to a call that goes on.")
        }
        let now = desk.milliseconds
        if let running = interaction.transfer, !running.isOver(at: now) {
            throw CRMFailure.wrongState("being transferred")
        }
        let address = try await address(kind, id, agent)
        let begun = try await desk.change(interaction.key) { current in
            // One whose answer was lost is given up first.
            let isStuck = current.transfer.map { $0.phase == .creating && $0.isOver(at: now) } ?? false
            return (isStuck ? [.transfer(.failed, sid: nil, at: now)] : []) + [
                .begins(
                    Interaction.Transfer(
                        kind: kind, target: id, isWarm: isWarm, requestID: requestID, started: now, phase: .creating))
            ]
        }
        guard let begun, begun.transfer?.requestID == requestID else {
            throw CRMFailure.wrongState("being transferred")
        }
        do {
            let sid: String
            if kind == .number {
                guard let conference = try await calls.conference(begun) else { throw CRMFailure.wrongState("ended") }
                let from = begun.dial?.callerID ?? agents.team(of: agent)?.callerID ?? begun.to
                sid = try await calls.ring(
                    address, into: conference.text, from: from, kind: begun.isDial ? "dial" : "task",
                    id: begun.taskSID ?? begun.id, leg: "transfer")
            } else {
                guard let customer = begun.customerCall else { throw CRMFailure.wrongState("without its customer") }
                sid = try await calls.offer(begun, to: address, customerCall: customer)
            }
            return try await desk.change(begun.key) { _ in [.transfer(.ringing, sid: sid, at: now)] }
        } catch let error as TwilioError {
            // Not repeated: what may have been begun is told by callbacks, or seen by whoever it reaches.
            if !error.mayHaveTakenEffect {
                try await desk.change(begun.key) { _ in [.transfer(.failed, sid: nil, at: now)] }
            }
            throw CRMFailure.provider(code: error.code, detail: error.description)
        }
    }

    /// What is dialled or routed to.
    private func address(
        _ kind: Interaction.Transfer.Kind, _ id: String, _ agent: AgentRecord
    ) async throws -> String {
        switch kind {
        case .agent:
            let other = try await agents.refresh(id)
            guard other.agentID != agent.agentID, other.isAvailable else {
                throw CRMFailure.malformed(field: "target", detail: "This agent is not available.")
            }
            return other.workerSID
        case .queue:
            guard id.hasPrefix("WQ") else {
                throw CRMFailure.malformed(field: "target", detail: "A queue's id begins with WQ.")
            }
            return id
        case .number:
            guard let team = agents.team(of: agent) else {
                throw CRMFailure.malformed(field: "target", detail: "Your team has no caller ID (crm.teams).")
            }
            do {
                return try DialPolicy.number(DialRequest(dialID: "", agentID: agent.agentID, number: id), team: team)
                    .e164
            } catch {
                throw CRMFailure.malformed(field: "target", detail: error.detail)
            }
        }
    }
}
