import Events

/// A worker as the bridge knows him.
struct AgentRecord: Hashable, Sendable {
    static let defaultTeam = "default"

    /// The worker's friendly name.
    let agentID: String
    var workerSID: String
    var fullName: String
    var team: String
    /// What is dialled to reach him: `client:…`, `sip:…` or a number.
    var contact: String
    /// Who he is to Entra, for CRMs that write records in his name.
    var entraObjectID: String?
    var activityName: String
    var activitySID: String
    var isAvailable: Bool
    /// When the activity began, and what this record is from; Unix milliseconds by the provider's clock.
    var since: Int
    var version: Int

    /// From a worker's attributes: `contact_uri`, `team`, `full_name`, `entra_object_id`.
    init(
        agentID: String, workerSID: String, attributes: JSONObject, activityName: String, activitySID: String,
        isAvailable: Bool, since: Int, version: Int
    ) {
        self.agentID = agentID
        self.workerSID = workerSID
        fullName = attributes["full_name"]?.string ?? agentID
        team = attributes["team"]?.string ?? Self.defaultTeam
        let contact = attributes["contact_uri"]?.string ?? ""
        self.contact = contact.isEmpty ? "client:\(agentID)" : contact
        entraObjectID = attributes["entra_object_id"]?.string
        self.activityName = activityName
        self.activitySID = activitySID
        self.isAvailable = isAvailable
        self.since = since
        self.version = version
    }

    var stored: JSONValue {
        var object = JSONObject([
            ("agent", .string(agentID)), ("worker", .string(workerSID)), ("full_name", .string(fullName)),
            ("team", .string(team)), ("contact_uri", .string(contact)), ("activity", .string(activityName)),
            ("activitySid", .string(activitySID)), ("available", .bool(isAvailable)),
            ("since", .number(JSONNumber(since))), ("version", .number(JSONNumber(version))),
        ])
        object["entra_object_id"] = entraObjectID.map { .string($0) }
        return .object(object)
    }

    init?(stored json: JSONValue) {
        guard let object = json.object, let agent = json["agent"]?.string, let worker = json["worker"]?.string else {
            return nil
        }
        self.init(
            agentID: agent, workerSID: worker, attributes: object, activityName: json["activity"]?.string ?? "",
            activitySID: json["activitySid"]?.string ?? "", isAvailable: json["available"]?.bool ?? false,
            since: Int(json["since"]?.integer ?? 0), version: Int(json["version"]?.integer ?? 0))
    }

    /// Where the agent's audio is: in Flex or a softphone, at a SIP device, or at a telephone.
    var audioKind: String {
        if contact.hasPrefix("client:") { return "flex" }
        return contact.hasPrefix("sip:") ? "sip" : "phone"
    }

    /// The address, so that the agent recognises it and nobody else can use it.
    var maskedContact: String? {
        guard audioKind != "flex" else { return nil }
        let end = contact.suffix(3)
        return audioKind == "sip" ? String(contact.prefix(while: { $0 != "@" }).prefix(8)) + "…" : "…\(end)"
    }
}

/// An activity that an agent can be in.
struct AgentActivity: Hashable, Sendable {
    let sid: String
    let name: String
    let isAvailable: Bool

    var json: JSONValue { ["name": .string(name), "sid": .string(sid), "available": .bool(isAvailable)] }
}

/// The panel that leads among an agent's open panels.
struct AgentLease: Hashable, Sendable {
    /// How long a lease lives without a beat, and how often the leader beats; milliseconds.
    static let lifetime = 15_000
    static let beat = 5_000

    enum Action: String, Hashable, Sendable, CaseIterable {
        case beat, take, release
    }

    enum Decision: Hashable, Sendable {
        case hold
        case release
        case none
    }

    /// What a panel's action does to the lease that `holder` has.
    static func decide(_ action: Action, by panel: String, holder: String?) -> Decision {
        switch action {
        case .take: .hold
        case .beat: holder == nil || holder == panel ? .hold : .none
        case .release: holder == panel ? .release : .none
        }
    }
}
