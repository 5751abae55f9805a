import Events

/// What the CRM's bridge says, for people.
enum CRMText {
    static func health(_ answer: JSONValue) -> [String] {
        var state = "connector \(answer["connector"]?.string ?? ""): \(answer["state"]?.string ?? "")"
        if let error = answer["error"]?.string { state += " [\(error)]" }
        var waiting = "\(answer["waiting"]?.integer ?? 0) activities wait"
        if let oldest = answer["oldestTs"]?.integer, let time = Timestamp(unixMilliseconds: UInt64(max(0, oldest))) {
            waiting += ", the oldest since \(time.rfc3339.prefix(19))Z"
        }
        return [state, waiting, "\(answer["failed"]?.integer ?? 0) were refused"]
    }

    static func matches(_ items: [JSONValue]) -> TextTable {
        var table = TextTable([
            .init(title: "ID"), .init(title: "NAME", shrinksTo: 8), .init(title: "MATCHED ON"),
            .init(title: "DETAIL", shrinksTo: 8),
        ])
        for item in items {
            table.add([
                item["id"]?.string ?? "", item["label"]?.string ?? "", item["matchedOn"]?.string ?? "",
                item["detail"]?.string ?? "",
            ])
        }
        return table
    }

    static func failed(_ items: [JSONValue]) -> TextTable {
        var table = TextTable([
            .init(title: "INTERACTION"), .init(title: "AGENT", shrinksTo: 8), .init(title: "CODE"),
            .init(title: "FIELD", shrinksTo: 6),
        ])
        for item in items {
            table.add([
                item["interactionId"]?.string ?? "", item["agentId"]?.string ?? "", item["code"]?.string ?? "",
                item["field"]?.string ?? "",
            ])
        }
        return table
    }

    /// How an import's rows ended; refused ones one by one.
    static func report(_ answer: JSONValue) -> [String] {
        let refused = (answer["rows"]?.array ?? []).map { row in
            "row \(row["row"]?.integer ?? 0): \(row["field"]?.string ?? "") is missing or cannot be taken"
        }
        let counts = (answer["counts"]?.object?.members ?? []).map { "\($0.value.integer ?? 0) \($0.name)" }
        return refused + [counts.joined(separator: ", ")]
    }
}
