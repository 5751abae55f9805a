import Events

/// An import, or its undoing: who made it, and in how many slices it is kept.
struct BatchInfo: Hashable, Sendable {
    let name: String
    let by: Editor
    let at: Timestamp
    let count: Int
    var slices = 0

    init(name: String, by: Editor, at: Timestamp, count: Int) {
        self.name = name
        self.by = by
        self.at = at
        self.count = count
    }

    init?(_ bytes: [UInt8]) {
        guard let json = try? JSONValue(parsing: bytes), let name = json["batch"]?.string, let by = Editor(json["by"]),
            let at = json["at"]?.string.flatMap({ try? Timestamp(rfc3339: $0) }), let count = json["count"]?.integer,
            let slices = json["slices"]?.integer
        else { return nil }
        self.init(name: name, by: by, at: at, count: Int(count))
        self.slices = Int(slices)
    }

    var bytes: [UInt8] {
        let json: JSONValue = [
            "batch": .string(name), "by": by.json, "at": .string(at.rfc3339), "count": .number(JSONNumber(count)),
            "slices": .number(JSONNumber(slices)),
        ]
        return json.bytes
    }

    /// The name of a slice.
    func key(of index: Int) -> String {
        let digits = String(index)
        return "\(name)/\(String(repeating: "0", count: max(0, 6 - digits.utf8.count)))\(digits)"
    }
}
