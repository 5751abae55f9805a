import Events

/// An import that took longer than its request: whose it is, and what became of it.
///
/// It has the name of its batch, by which it is undone too.
struct ImportJob: Hashable, Sendable {
    enum Phase: String, Hashable, Sendable, CaseIterable {
        case running
        case done
        /// Rows are refused, or the draft is another one than the importer has seen: nothing was changed.
        case refused
        /// It could not be brought to an end; what it says of itself is in the outcome.
        case failed
    }

    /// Bytes of an outcome that is kept; what a longer one says of single rows is left out.
    static let maxOutcomeBytes = 786_432

    let name: String
    let by: Editor
    let at: Timestamp
    /// Rows of the file.
    let rows: Int
    var phase: Phase
    /// Changes that are in the records.
    var done = 0
    /// Changes that it makes; 0 until that is decided.
    var total = 0
    /// The answer that the request would have had: a report, or a problem.
    var outcome: JSONValue?

    init(name: String, by: Editor, at: Timestamp, rows: Int, phase: Phase = .running) {
        self.name = name
        self.by = by
        self.at = at
        self.rows = rows
        self.phase = phase
    }

    /// Reads what ``json`` wrote; nil when it is none.
    init?(_ bytes: [UInt8]) {
        guard let json = try? JSONValue(parsing: bytes), let name = json["id"]?.string, let by = Editor(json["by"]),
            let at = json["at"]?.string.flatMap({ try? Timestamp(rfc3339: $0) }), let rows = json["rows"]?.integer,
            let phase = json["state"]?.string.flatMap(Phase.init(rawValue:))
        else { return nil }
        self.init(name: name, by: by, at: at, rows: Int(rows), phase: phase)
        done = Int(json["done"]?.integer ?? 0)
        total = Int(json["total"]?.integer ?? 0)
        outcome = json["outcome"].flatMap { $0 == .null ? nil : $0 }
    }

    var json: JSONValue {
        [
            "id": .string(name), "state": .string(phase.rawValue), "by": by.json, "at": .string(at.rfc3339),
            "rows": .number(JSONNumber(rows)), "done": .number(JSONNumber(done)), "total": .number(JSONNumber(total)),
            "outcome": outcome ?? .null,
        ]
    }

    /// Ends it as its request would have been answered.
    mutating func end(status: Int, outcome: JSONValue) {
        phase = status == 200 ? .done : status < 500 ? .refused : .failed
        self.outcome = outcome
        if phase == .done {
            let counts = outcome["counts"]
            total = ["created", "updated", "deleted"].reduce(0) { $0 + Int(counts?[$1]?.integer ?? 0) }
            done = total
        }
        guard outcome.bytes.count > Self.maxOutcomeBytes, var short = outcome.object else { return }
        short["rows"] = .array([])
        self.outcome = .object(short)
    }

    /// What of it is in the records while it is running.
    mutating func see(_ head: DraftHead, _ batch: BatchInfo?) {
        guard phase == .running, let batch, batch.name == name else { return }
        total = batch.count
        guard let pending = head.pending, pending.batch == name, pending.slices > 0 else { return }
        done = batch.count * pending.done / pending.slices
    }
}
