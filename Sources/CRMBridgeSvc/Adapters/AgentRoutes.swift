import Bus
import Events
import Logging
import TwilioREST

/// `/v1/agent…` of `crm.api`: an agent's state, commands, messages and pops.
struct AgentRoutes: CRMRoutes {
    /// Ended interactions in the snapshot.
    static let maxRecent = 20

    let desk: BridgeDesk
    let dials: DialDesk
    let agents: AgentDirectory
    let logger: Logger

    var calls: TwilioCalls { dials.calls }
    var store: BridgeStore { desk.store }

    func answer(_ request: CRMRequest) async throws -> CRMReply? {
        guard request.path.first == "agent" else { return nil }
        let path = Array(request.path.dropFirst())
        switch (request.method, path.first, path.count) {
        case ("GET", nil, 0): return try await snapshot(request)
        case ("PUT", "activity", 1): return try await activity(request)
        case ("POST", "lease", 1): return try await lease(request)
        case ("PUT", "selection", 1): return try await selection(request)
        case ("GET", "targets", 1): return try await targets(request)
        case ("POST", "pops", 2): return try await popped(path[1], request)
        case (_, "interactions", 3): return try await interaction(path[1], path[2], request)
        default: return .notFound
        }
    }

    private func interaction(_ id: String, _ part: String, _ request: CRMRequest) async throws -> CRMReply? {
        switch (request.method, part) {
        case ("POST", "actions"): try await action(id, request)
        case ("GET", "messages"): try await messages(id, request)
        case ("POST", "messages"): try await post(id, request)
        case ("PUT", "wrapup"): try await wrapUp(id, request)
        case ("PUT", "record"): try await choose(id, request)
        case ("POST", "pop"): try await pop(id, trigger: "manual", request)
        default: .notFound
        }
    }

    /// Whoever asks, as an agent.
    func agent(_ request: CRMRequest) async throws -> AgentRecord { try await agents.agent(request.actor.subject) }

    /// One of the agent's interactions.
    func own(_ id: String, of agent: AgentRecord) async throws -> Interaction {
        if let found = try await store.load(Interaction.key(agent: agent.agentID, id: id)) { return found.interaction }
        // Whose it is tells the link: of a task or a dial, before `~`.
        let base = id.split(separator: "~").first.map(String.init) ?? id
        let isOthers = try await store.links(of: base).contains { $0.key.hasSuffix("/\(id)") }
        throw isOthers ? CRMFailure.notYours : .unknownInteraction
    }

    func view(_ interaction: Interaction, status: Int = 200) -> CRMReply {
        CRMReply(status, ["interaction": interaction.view(desk.settings.dispositions)])
    }

    /// A request's JSON object.
    func body(_ request: CRMRequest) throws -> JSONValue {
        guard let json = request.json, json.object != nil else {
            throw CRMFailure.malformed(field: "body", detail: "The body is a JSON object.")
        }
        return json
    }

    // MARK: The agent

    private func snapshot(_ request: CRMRequest) async throws -> CRMReply {
        // The offset first: what changes meanwhile is on the stream from there.
        let offset = try await store.end()
        let agent = try await agents.refresh(request.actor.subject)
        let all = try await store.interactions(of: agent.agentID)
        let dispositions = desk.settings.dispositions
        let open = all.filter { !$0.state.isFinal }.sorted { $0.begin < $1.begin }
        let recent = all.filter(\.state.isFinal).sorted { $0.begin > $1.begin }.prefix(Self.maxRecent)
        return CRMReply(
            200,
            [
                "agent": try await agents.view(agent), "interactions": .array(open.map { $0.view(dispositions) }),
                "recent": .array(recent.map { $0.view(dispositions) }), "offset": .number(JSONNumber(offset)),
                "leaseBeatMs": .number(JSONNumber(AgentLease.beat)),
                "dispositions": .object(
                    JSONObject(dispositions.rules.sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) })),
            ])
    }

    private func activity(_ request: CRMRequest) async throws -> CRMReply {
        let agent = try await agent(request)
        guard let name = try body(request)["activity"]?.string,
            let activity = try await agents.activities().first(where: { $0.name == name || $0.sid == name })
        else { throw CRMFailure.malformed(field: "activity", detail: "The workspace has no such activity.") }
        let worker = try await provider { () async throws(TwilioError) in
            try await calls.set(activity.sid, of: agent.workerSID)
        }
        guard let worker else { throw CRMFailure.notAnAgent }
        return CRMReply(200, try await agents.view(try await agents.keep(agents.record(worker))))
    }

    private func lease(_ request: CRMRequest) async throws -> CRMReply {
        let agent = try await agent(request)
        let json = try body(request)
        guard let panel = json["panelId"]?.string, (1...64).contains(panel.utf8.count),
            let action = json["action"]?.string.flatMap(AgentLease.Action.init)
        else { throw CRMFailure.malformed(field: "action", detail: "It is beat, take or release, with a panelId.") }
        for _ in 0..<BridgeDesk.maxRounds {
            let held = try await store.leader(of: agent.agentID)
            let decision = AgentLease.decide(action, by: panel, holder: held?.panel)
            guard try await carry(out: decision, agent.agentID, panel, expecting: held?.revision ?? 0) else { continue }
            let holder: String? =
                switch decision {
                case .hold: panel
                case .release: nil
                case .none: held?.panel
                }
            if holder != held?.panel {
                _ = try await store.bus.publish(try desk.events.agent(agent, view: try await agents.view(agent)))
            }
            return CRMReply(
                200,
                [
                    "leader": .bool(holder == panel), "holder": holder.map { .string($0) } ?? .null,
                    "ttlMs": .number(JSONNumber(AgentLease.lifetime)), "beatMs": .number(JSONNumber(AgentLease.beat)),
                ])
        }
        throw CRMFailure.contended(rounds: BridgeDesk.maxRounds)
    }

    /// Whether nobody else changed the lease meanwhile.
    private func carry(
        out decision: AgentLease.Decision, _ agent: String, _ panel: String, expecting revision: UInt64
    ) async throws -> Bool {
        do throws(BusError) {
            switch decision {
            case .hold: try await store.hold(agent, panel: panel, expecting: revision)
            case .release: try await store.release(agent, expecting: revision)
            case .none: break
            }
            return true
        } catch {
            guard case .revisionMismatch = error else { throw error }
            return false
        }
    }

    private func targets(_ request: CRMRequest) async throws -> CRMReply {
        let agent = try await agent(request)
        let wanted = (request.query["q"] ?? "").lowercased()
        let (workers, queues) = try await provider { () async throws(TwilioError) in
            (try await calls.workers(limit: AgentDirectory.maxWorkers), try await calls.queues())
        }
        let records = workers.map { agents.record($0) }.filter {
            $0.agentID != agent.agentID
                && (wanted.isEmpty || "\($0.agentID) \($0.fullName)".lowercased().contains(wanted))
        }
        let people: [JSONValue] = records.prefix(50).map {
            ["agentId": .string($0.agentID), "name": .string($0.fullName), "available": .bool($0.isAvailable)]
        }
        let places: [JSONValue] = queues.filter { wanted.isEmpty || $0.name.lowercased().contains(wanted) }.prefix(50)
            .map { ["id": .string($0.sid), "name": .string($0.name)] }
        return CRMReply(200, ["agents": .array(people), "queues": .array(places)])
    }

    // MARK: Pops

    private func selection(_ request: CRMRequest) async throws -> CRMReply {
        guard let id = try body(request)["interactionId"]?.string else { return .noContent }
        let agent = try await agent(request)
        let interaction = try await own(id, of: agent)
        if desk.settings.pops[interaction.channel, interaction.direction] == .selected {
            _ = try await pop(id, trigger: "selected", request)
        }
        return .noContent
    }

    private func pop(_ id: String, trigger: String, _ request: CRMRequest) async throws -> CRMReply {
        let agent = try await agent(request)
        let interaction = try await own(id, of: agent)
        let address = interaction.customerAddress
        let query = ContactQuery(
            phone: address.hasPrefix("+") ? address : nil, email: interaction.customerEmail,
            name: interaction.customerName)
        var found: [InteractionInput] = []
        if !interaction.isLookedUp, interaction.record == nil, !query.isEmpty {
            found.append(.matches(await desk.finder.find(query, limit: PopPolicy.maxMatches)))
        }
        // A pop of each wish: the number makes it another one.
        try await desk.change(interaction.key) { found + [.popped(trigger: "\(trigger).\($0.revision)")] }
        return CRMReply(202, [:])
    }

    private func popped(_ id: String, _ request: CRMRequest) async throws -> CRMReply {
        let agent = try await agent(request)
        let json = try body(request)
        let interaction = try await own(id.split(separator: ".").first.map(String.init) ?? id, of: agent)
        guard let outcome = json["outcome"]?.string,
            ["opened", "multiple", "none", "created", "failed"].contains(outcome)
        else {
            throw CRMFailure.malformed(
                field: "outcome", detail: "It is opened, multiple, none, created or failed.")
        }
        var data = JSONObject([
            ("popId", .string(id)), ("interactionId", .string(interaction.id)), ("agentId", .string(agent.agentID)),
            ("outcome", .string(outcome)),
        ])
        let record = CRMRecord(json["record"])
        data["record"] = record?.json
        data["latencyMs"] = json["latencyMs"]?.integer.map { .number(JSONNumber($0)) }
        let told = try desk.events.popped(data, id: id, interaction: interaction.id)
        // One that was told before, by another tab, is no error.
        for case .failure(let error) in await store.bus.outcomes(publishing: [told]) {
            guard case .conflict = error else { throw error }
        }
        if let record, outcome == "created" { try await desk.change(interaction.key) { _ in [.record(record)] } }
        return .noContent
    }

    private func choose(_ id: String, _ request: CRMRequest) async throws -> CRMReply {
        let agent = try await agent(request)
        let interaction = try await own(id, of: agent)
        guard let record = CRMRecord(try body(request)["record"]) else {
            throw CRMFailure.malformed(field: "record", detail: "A record has entity, id and label.")
        }
        let changed = try await desk.change(interaction.key) { _ in [.record(record)] }
        return view(changed ?? interaction)
    }
}

extension Interaction {
    /// When it began, Unix milliseconds.
    var begin: Int { marks.values.min() ?? 0 }
}
