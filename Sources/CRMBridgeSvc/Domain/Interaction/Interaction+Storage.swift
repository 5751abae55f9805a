import Events

/// The interaction as it is kept behind the Broker: its facts, nothing derived.
extension Interaction {
    var stored: JSONValue {
        var object = JSONObject([
            ("id", .string(id)), ("agent", .string(agentID)), ("channel", .string(channel.rawValue)),
            ("direction", .string(direction.rawValue)), ("revision", .number(JSONNumber(revision))),
            ("from", .string(from)), ("to", .string(to)), ("verified", .bool(isIdentityVerified)),
            ("cut", .bool(isMatchListCut)), ("lookedUp", .bool(isLookedUp)),
        ])
        for (name, path) in Self.texts { object[name] = self[keyPath: path].map { .string($0) } }
        object["attributes"] = attributes.isEmpty ? nil : .object(attributes)
        object["offerExpires"] = offerExpires.map { .number(JSONNumber($0)) }
        object["marks"] = .object(
            JSONObject(
                marks.sorted { $0.key.rawValue < $1.key.rawValue }.map {
                    ($0.key.rawValue, .number(JSONNumber($0.value)))
                }))
        object["steps"] = .object(JSONObject(orderedSteps.map { ($0.key, $0.value.json) }))
        object["dial"] = dial?.json
        object["transfer"] = transfer?.json
        object["record"] = record?.json
        object["matches"] = .array(matches.map(\.json))
        object["pops"] = .array(pops.map { .string($0) })
        object["requests"] = .array(requests.map { .string($0) })
        object["log"] = log?.json
        object["logReference"] = logReference?.json
        return .object(object)
    }

    /// Reads what ``stored`` writes.
    init?(stored json: JSONValue) {
        guard let id = json["id"]?.string, let agent = json["agent"]?.string,
            let channel = json["channel"]?.string.flatMap(Channel.init),
            let direction = json["direction"]?.string.flatMap(CallDirection.init)
        else { return nil }
        self.init(id: id, agentID: agent, channel: channel, direction: direction)
        revision = Int(json["revision"]?.integer ?? 0)
        from = json["from"]?.string ?? ""
        to = json["to"]?.string ?? ""
        isIdentityVerified = json["verified"]?.bool ?? false
        isMatchListCut = json["cut"]?.bool ?? false
        isLookedUp = json["lookedUp"]?.bool ?? false
        for (name, path) in Self.texts { self[keyPath: path] = json[name]?.string }
        attributes = json["attributes"]?.object ?? JSONObject()
        offerExpires = json["offerExpires"]?.integer.map { Int($0) }
        for member in json["marks"]?.object?.members ?? [] {
            if let mark = Mark(rawValue: member.name), let time = member.value.integer { marks[mark] = Int(time) }
        }
        for member in json["steps"]?.object?.members ?? [] { steps[member.name] = Step(member.value) }
        dial = DialMachine(json["dial"])
        transfer = Transfer(json["transfer"])
        record = CRMRecord(json["record"])
        matches = json["matches"]?.array?.compactMap { ContactMatch($0) } ?? []
        pops = json["pops"]?.array?.compactMap(\.string) ?? []
        requests = json["requests"]?.array?.compactMap(\.string) ?? []
        log = json["log"].flatMap { ActivityLog($0) }
        logReference = CRMRecord(json["logReference"])
    }

    /// Members that are texts or missing.
    private static var texts: [(String, WritableKeyPath<Interaction, String?>)] {
        [
            ("task", \.taskSID), ("reservation", \.reservationSID), ("conversation", \.conversationSID),
            ("queueSid", \.queueSID), ("queue", \.queueName), ("name", \.customerName), ("email", \.customerEmail),
            ("agentCall", \.agentCall), ("customerCall", \.customerCall), ("conference", \.conference),
            ("agentEnd", \.agentEnd), ("customerEnd", \.customerEnd), ("code", \.disposition.code),
            ("notes", \.disposition.notes), ("logStatus", \.logStatus),
        ]
    }
}

extension Interaction.Step {
    fileprivate var json: JSONValue {
        [.string(kind.rawValue), .string(call), .string(label), .number(JSONNumber(at))]
    }

    fileprivate init?(_ json: JSONValue) {
        guard let kind = json[0]?.string.flatMap(Kind.init), let call = json[1]?.string, let label = json[2]?.string,
            let at = json[3]?.integer
        else { return nil }
        self.init(kind: kind, call: call, label: label, at: Int(at))
    }
}

extension Interaction.Transfer {
    fileprivate var json: JSONValue {
        var object = JSONObject([
            ("kind", .string(kind.rawValue)), ("target", .string(target)), ("warm", .bool(isWarm)),
            ("request", .string(requestID)), ("started", .number(JSONNumber(started))),
            ("phase", .string(phase.rawValue)),
        ])
        object["sid"] = sid.map { .string($0) }
        return .object(object)
    }

    fileprivate init?(_ json: JSONValue?) {
        guard let kind = json?["kind"]?.string.flatMap(Kind.init), let target = json?["target"]?.string,
            let phase = json?["phase"]?.string.flatMap(Phase.init)
        else { return nil }
        self.init(
            kind: kind, target: target, isWarm: json?["warm"]?.bool ?? false, requestID: json?["request"]?.string ?? "",
            started: Int(json?["started"]?.integer ?? 0), phase: phase, sid: json?["sid"]?.string)
    }
}

extension DialMachine {
    fileprivate var json: JSONValue {
        var object = JSONObject([
            ("e164", .string(e164)), ("callerId", .string(callerID)), ("agent", .string(agent.rawValue)),
            ("customer", .string(customer.rawValue)), ("agentAttempt", .number(JSONNumber(agentAttempt))),
            ("customerAttempt", .number(JSONNumber(customerAttempt))),
        ])
        object["failure"] = failure.map { .string($0) }
        object["extension"] = extensionDigits.map { .string($0) }
        return .object(object)
    }

    fileprivate init?(_ json: JSONValue?) {
        guard let json, let e164 = json["e164"]?.string, let callerID = json["callerId"]?.string else { return nil }
        self.init(e164: e164, callerID: callerID)
        agent = json["agent"]?.string.flatMap(Leg.init) ?? .waiting
        customer = json["customer"]?.string.flatMap(Leg.init) ?? .waiting
        agentAttempt = Int(json["agentAttempt"]?.integer ?? 0)
        customerAttempt = Int(json["customerAttempt"]?.integer ?? 0)
        failure = json["failure"]?.string
        extensionDigits = json["extension"]?.string
    }
}
