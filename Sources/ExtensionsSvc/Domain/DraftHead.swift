import Events

/// The draft's head: every change of the draft replaces it at the revision it was decided against.
struct DraftHead: Hashable, Sendable {
    /// An import that is committed but not in all records yet.
    struct Pending: Hashable, Sendable {
        let batch: String
        let slices: Int
        /// Slices that are in the records.
        var done: Int
    }

    var revision: UInt64 = 0
    var count = 0
    var pending: Pending?

    init() {}

    init?(stored bytes: [UInt8]) {
        guard let json = try? JSONValue(parsing: bytes), let revision = json["revision"]?.integer,
            let count = json["count"]?.integer
        else { return nil }
        self.revision = UInt64(clamping: revision)
        self.count = Int(count)
        if let pending = json["pending"], let batch = pending["batch"]?.string,
            let slices = pending["slices"]?.integer, let done = pending["done"]?.integer
        {
            self.pending = Pending(batch: batch, slices: Int(slices), done: Int(done))
        }
    }

    var stored: [UInt8] {
        var object = JSONObject([
            ("revision", .number(JSONNumber(revision))), ("count", .number(JSONNumber(count))),
        ])
        object["pending"] = pending.map { pending in
            [
                "batch": .string(pending.batch), "slices": .number(JSONNumber(pending.slices)),
                "done": .number(JSONNumber(pending.done)),
            ]
        }
        return JSONValue.object(object).bytes
    }
}
