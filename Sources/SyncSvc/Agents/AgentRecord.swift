import Events

/// What SyncSvc remembers about one agent: an entry of the map `sync-agents`, key ``key(_:)``.
///
/// Only the consumer of the agent's key writes it, each time against the revision it read.
struct AgentRecord: Hashable, Sendable {
    /// The agent's system conversation on the Frontline side.
    struct SystemConversation: Hashable, Sendable {
        let sid: String
        /// Part of its unique name; grows when one was closed or deleted.
        let generation: Int
    }

    /// A message is being written: whoever finds this looks for it before writing again.
    struct Intent: Hashable, Sendable {
        let tag: String
        let at: Timestamp
    }

    static let map = "sync-agents"

    static func key(_ identity: String) -> String { "agent/\(identity)" }
    /// Names the agent of a system conversation: written with the record.
    static func systemKey(_ conversation: String) -> String { "system/\(conversation)" }

    /// The worker on the Flex side and on the Frontline side, as far as known.
    var flexWorker: String?
    var frontlineWorker: String?
    var system: SystemConversation?
    var desk = PromptDesk()
    var activity = ActivitySync()
    var lastNudge: Timestamp?
    var intent: Intent?

    init() {}
}

extension AgentRecord {
    var json: JSONValue {
        var object = JSONObject()
        object["flexWorker"] = flexWorker.map { .string($0) }
        object["frontlineWorker"] = frontlineWorker.map { .string($0) }
        object["system"] = system.map { ["sid": .string($0.sid), "generation": .number(JSONNumber($0.generation))] }
        object["open"] = desk.open.isEmpty ? nil : .array(desk.open.map(\.json))
        object["closed"] = desk.closed.isEmpty ? nil : .array(desk.closed.map(\.json))
        object["decision"] = activity.decision?.json
        object["seenFlex"] = activity.flex?.json
        object["seenFrontline"] = activity.frontline?.json
        object["expected"] = activity.expected.isEmpty ? nil : .array(activity.expected.map(\.json))
        object["lastNudge"] = lastNudge?.json
        object["intent"] = intent.map { ["tag": .string($0.tag), "at": $0.at.json] }
        return .object(object)
    }

    /// Reads an entry; what a later version added is ignored, and what is malformed counts as absent.
    init(_ json: JSONValue) {
        flexWorker = json["flexWorker"]?.string
        frontlineWorker = json["frontlineWorker"]?.string
        if let sid = json["system"]?["sid"]?.string {
            system = SystemConversation(sid: sid, generation: Int(json["system"]?["generation"]?.integer ?? 0))
        }
        desk = PromptDesk(
            open: json["open"]?.array?.compactMap(Prompt.init) ?? [],
            closed: json["closed"]?.array?.compactMap(PromptDesk.Closed.init) ?? [])
        activity = ActivitySync(
            decision: json["decision"].flatMap(ActivitySync.Change.init),
            flex: json["seenFlex"].flatMap(ActivitySync.Change.init),
            frontline: json["seenFrontline"].flatMap(ActivitySync.Change.init),
            expected: json["expected"]?.array?.compactMap(ActivitySync.Expectation.init) ?? [])
        lastNudge = json["lastNudge"].flatMap(Timestamp.init(json:))
        if let tag = json["intent"]?["tag"]?.string, let at = json["intent"]?["at"].flatMap(Timestamp.init(json:)) {
            intent = Intent(tag: tag, at: at)
        }
    }
}

extension Timestamp {
    /// Nanoseconds since 1970 as a number.
    var json: JSONValue { .number(JSONNumber(unixNanoseconds)) }

    init?(json: JSONValue) {
        guard let value = json.integer, value >= 0 else { return nil }
        self.init(unixNanoseconds: UInt64(value))
    }
}

extension Prompt {
    var json: JSONValue {
        var object = JSONObject([
            ("reservation", .string(reservation)), ("task", .string(task)), ("worker", .string(worker)),
            ("channel", .string(channel.rawValue)), ("expires", expires.json),
        ])
        object["asked"] = askedIndex.map { .number(JSONNumber($0)) }
        return .object(object)
    }

    init?(_ json: JSONValue) {
        guard let reservation = json["reservation"]?.string, let task = json["task"]?.string,
            let worker = json["worker"]?.string,
            let channel = json["channel"]?.string.flatMap(Channel.init(rawValue:)),
            let expires = json["expires"].flatMap(Timestamp.init(json:))
        else { return nil }
        self.init(
            reservation: reservation, task: task, worker: worker, channel: channel, expires: expires,
            askedIndex: json["asked"]?.integer.map { Int($0) })
    }
}

extension PromptDesk.Closed {
    fileprivate var json: JSONValue {
        var object = JSONObject([("reservation", .string(reservation)), ("outcome", .string(outcome.rawValue))])
        object["asked"] = askedIndex.map { .number(JSONNumber($0)) }
        object["reply"] = reply.map { .string($0) }
        return .object(object)
    }

    fileprivate init?(_ json: JSONValue) {
        guard let reservation = json["reservation"]?.string,
            let outcome = json["outcome"]?.string.flatMap(PromptOutcome.init(rawValue:))
        else { return nil }
        self.init(
            reservation: reservation, askedIndex: json["asked"]?.integer.map { Int($0) }, outcome: outcome,
            reply: json["reply"]?.string)
    }
}

extension ActivitySync.Change {
    var json: JSONValue {
        ["side": .string(side.rawValue), "activity": .string(activity), "at": at.json]
    }

    init?(_ json: JSONValue) {
        guard let side = json["side"]?.string.flatMap(Side.init(rawValue:)),
            let activity = json["activity"]?.string, let at = json["at"].flatMap(Timestamp.init(json:))
        else { return nil }
        self.init(side: side, activity: activity, at: at)
    }
}

extension ActivitySync.Expectation {
    fileprivate var json: JSONValue {
        var object = JSONObject([
            ("side", .string(write.side.rawValue)), ("activity", .string(write.activity)), ("until", until.json),
        ])
        object["after"] = after?.json
        object["second"] = second?.json
        return .object(object)
    }

    fileprivate init?(_ json: JSONValue) {
        guard let side = json["side"]?.string.flatMap(Side.init(rawValue:)),
            let activity = json["activity"]?.string, let until = json["until"].flatMap(Timestamp.init(json:))
        else { return nil }
        self.init(
            write: ActivitySync.Write(side: side, activity: activity),
            after: json["after"].flatMap(Timestamp.init(json:)), until: until,
            second: json["second"].flatMap(Timestamp.init(json:)))
    }
}
