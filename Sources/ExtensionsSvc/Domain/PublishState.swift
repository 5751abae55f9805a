import Events

/// The one publish at a time: which, by whom, how far.
struct PublishState: Hashable, Sendable {
    enum Phase: String, Hashable, Sendable, CaseIterable {
        /// Nothing was ever published.
        case idle
        case validating, writing, deploying
        case deployed, failed

        var isRunning: Bool { self == .validating || self == .writing || self == .deploying }
    }

    var phase: Phase
    /// The version that it makes.
    var version: Int
    var draftRevision: UInt64
    var by: Editor
    var at: Timestamp
    var note: String?
    /// The version whose content is published again.
    var rollbackOf: Int?
    /// Steps of the phase.
    var done = 0
    var total = 0
    /// Which process does it: its lease has this name.
    var owner: String
    /// Instances that did not serve it in time.
    var missing: [String] = []
    var problems: [FieldProblem] = []
    /// Whether a publish that came to nothing may have left chunks behind that no version names.
    var mustSweep = false

    var json: JSONObject {
        var object = JSONObject([
            ("state", .string(phase.rawValue)), ("version", .number(JSONNumber(version))),
            ("draftRevision", .number(JSONNumber(draftRevision))), ("by", by.json), ("at", .string(at.rfc3339)),
            ("done", .number(JSONNumber(done))), ("total", .number(JSONNumber(total))),
        ])
        object["note"] = note.map { .string($0) }
        object["rollbackOf"] = rollbackOf.map { .number(JSONNumber($0)) }
        object["missing"] = .array(missing.map { .string($0) })
        object["problems"] = .array(problems.map(\.json))
        return object
    }

    /// As it is stored: with the owner.
    var stored: [UInt8] {
        var object = json
        object["owner"] = .string(owner)
        if mustSweep { object["mustSweep"] = true }
        return JSONValue.object(object).bytes
    }

    /// Reads what ``stored`` wrote; nil when it is none.
    init?(stored bytes: [UInt8]) {
        guard let json = try? JSONValue(parsing: bytes),
            let phase = json["state"]?.string.flatMap(Phase.init(rawValue:)),
            let version = json["version"]?.integer, let revision = json["draftRevision"]?.integer,
            let by = Editor(json["by"]), let at = json["at"]?.string.flatMap({ try? Timestamp(rfc3339: $0) })
        else { return nil }
        self.init(
            phase: phase, version: Int(version), draftRevision: UInt64(clamping: revision), by: by, at: at,
            owner: json["owner"]?.string ?? "")
        note = json["note"]?.string
        rollbackOf = json["rollbackOf"]?.integer.map { Int($0) }
        done = Int(json["done"]?.integer ?? 0)
        total = Int(json["total"]?.integer ?? 0)
        mustSweep = json["mustSweep"]?.bool ?? false
        missing = (json["missing"]?.array ?? []).compactMap(\.string)
        problems = (json["problems"]?.array ?? []).compactMap { FieldProblem($0) }
    }

    init(phase: Phase, version: Int, draftRevision: UInt64, by: Editor, at: Timestamp, owner: String) {
        self.phase = phase
        self.version = version
        self.draftRevision = draftRevision
        self.by = by
        self.at = at
        self.owner = owner
    }
}

extension FieldProblem {
    /// Reads what ``json`` wrote.
    fileprivate init?(_ json: JSONValue) {
        guard let field = json["field"]?.string, let code = json["code"]?.string, let detail = json["detail"]?.string,
            code.hasPrefix("extensions.")
        else { return nil }
        self.init(field, String(code.dropFirst(11)), detail)
    }
}
