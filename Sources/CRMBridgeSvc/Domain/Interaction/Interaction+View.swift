import Events

/// The interaction as agents' browsers get it.
extension Interaction {
    func view(_ dispositions: DispositionSettings) -> JSONValue {
        let state = state
        var object = JSONObject([
            ("interactionId", .string(id)), ("revision", .number(JSONNumber(revision))), ("agentId", .string(agentID)),
            ("channel", .string(channel.rawValue)), ("direction", .string(direction.rawValue)),
            ("state", .string(state.rawValue)), ("from", .string(from)), ("to", .string(to)),
            ("muted", .bool(isMuted)), ("held", .bool(isHeld)), ("attributes", .object(attributes)),
        ])
        for (name, text) in [
            ("taskSid", taskSID), ("reservationSid", reservationSID), ("conversationSid", conversationSID),
            ("endedBy", endedBy),
        ] { object[name] = text.map { .string($0) } }
        object["queue"] = queueSID.map { ["id": .string($0), "name": .string(queueName ?? "")] } ?? .null
        object["customer"] = customerView
        object["record"] = record?.json
        if !matches.isEmpty {
            object["matches"] = .array(matches.map(\.json))
            object["truncated"] = .bool(isMatchListCut)
        }
        for (name, time) in times(state) { object[name] = time.map { .number(JSONNumber($0)) } }
        if channel == .voice { object["call"] = callView(state) }
        if ended != nil || state.isFinal { object["durations"] = InteractionTimes(self).json }
        if channel == .voice, state.isLive {
            let holds = InteractionTimes.holds(self)
            object["holdMs"] = .number(JSONNumber(holds.past))
            object["heldSinceTs"] = isHeld ? holds.since.map { .number(JSONNumber($0)) } : nil
        }
        if let transfer {
            object["transfer"] = [
                "target": ["kind": .string(transfer.kind.rawValue), "id": .string(transfer.target)],
                "mode": .string(transfer.isWarm ? "warm" : "cold"), "state": .string(transfer.phase.rawValue),
            ]
        }
        if state.isFinal { object["outcome"] = .string(ActivityRule.outcome(self).rawValue) }
        object["disposition"] = dispositionView(dispositions.rule(of: queueName))
        if let logStatus {
            var logged = JSONObject([("status", .string(logStatus))])
            logged["activity"] = logReference?.json
            object["logged"] = .object(logged)
        }
        return .object(object)
    }

    /// The customer's own address: who calls in, or whom the agent calls.
    var customerAddress: String { direction == .outbound ? to : from }

    private var customerView: JSONValue {
        var object = JSONObject([("identityVerified", .bool(isIdentityVerified))])
        object["name"] = customerName.map { .string($0) }
        object["email"] = customerEmail.map { .string($0) }
        if channel != .email, !customerAddress.isEmpty { object["phone"] = .string(customerAddress) }
        return .object(object)
    }

    private func times(_ state: InteractionState) -> [(String, Int?)] {
        let ended = ended
        return [
            ("offeredTs", marks[.offered] ?? marks[.requested]),
            ("offerExpiresTs", state == .offered ? offerExpires : nil),
            ("acceptedTs", marks[.accepted] ?? marks[.agentAnswered]), ("connectedTs", connected),
            ("endedTs", state == .wrapup || state.isFinal ? ended ?? marks.values.max() : nil),
            ("wrapupTs", state == .wrapup || state == .completed ? ended : nil),
            ("completedTs", [Mark.completed, .finished, .abandoned].compactMap { marks[$0] }.min()),
        ]
    }

    private func callView(_ state: InteractionState) -> JSONValue {
        let phase =
            switch state {
            case .dialing: "dialing"
            case .offered, .accepted, .ringing: "ringing"
            case .connected: isHeld ? "held" : "answered"
            default: "ended"
            }
        var object = JSONObject([("state", .string(phase))])
        for (name, text) in [
            ("agentCallSid", agentCall), ("customerCallSid", customerCall), ("conferenceSid", conference),
            ("reason", isUnknown ? "unknown" : dial?.failure ?? customerEnd), ("extension", dial?.extensionDigits),
        ] { object[name] = text.map { .string($0) } }
        return .object(object)
    }

    private func dispositionView(_ rule: DispositionSettings.Rule) -> JSONValue {
        var object = rule.json.object ?? JSONObject()
        object["code"] = disposition.code.map { .string($0) }
        object["notes"] = disposition.notes.map { .string($0) }
        return .object(object)
    }
}
