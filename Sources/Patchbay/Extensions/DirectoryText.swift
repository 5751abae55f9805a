import Events

/// The directory as tables.
enum DirectoryText {
    static func records(_ items: [JSONValue]) -> TextTable {
        var table = TextTable([
            .init(title: "EXTENSION"), .init(title: "TARGET", shrinksTo: 12), .init(title: "NAME", shrinksTo: 8),
            .init(title: "TEAM", shrinksTo: 4), .init(title: "STATUS"), .init(title: "UPDATED"),
            .init(title: "BY", shrinksTo: 4), .init(title: "PROBLEMS", shrinksTo: 8),
        ])
        for item in items {
            let problems = (item["problems"]?.array ?? []).compactMap { $0["code"]?.string }
            table.add([
                item["extension"]?.string ?? "", target(item["target"]), item["spokenName"]?.string ?? "",
                item["team"]?.string ?? "", item["status"]?.string ?? "",
                String((item["updatedAt"]?.string ?? "").prefix(19)), item["updatedBy"]?.string ?? "",
                problems.joined(separator: " "),
            ])
        }
        return table
    }

    static func history(_ items: [JSONValue]) -> TextTable {
        var table = TextTable([
            .init(title: "REVISION", isRight: true), .init(title: "AT"), .init(title: "BY", shrinksTo: 4),
            .init(title: "CHANGE", shrinksTo: 20), .init(title: "BATCH", shrinksTo: 6),
        ])
        for item in items {
            let changes = item["changes"]?.array ?? []
            let shown = changes.prefix(3).map(change).joined(separator: "; ")
            let count = Int(item["count"]?.integer ?? 0)
            table.add([
                String(item["revision"]?.integer ?? 0), String((item["at"]?.string ?? "").prefix(19)),
                item["actor"]?["name"]?.string ?? "", count > 3 ? "\(shown); … \(count) in all" : shown,
                item["batch"]?.string ?? "",
            ])
        }
        return table
    }

    /// `+ 2000 Ana`, `- 2000`, `2000: target, team`.
    private static func change(_ change: JSONValue) -> String {
        let (before, after) = (change["before"], change["after"])
        let number = after?["extension"]?.string ?? before?["extension"]?.string ?? ""
        guard let before, before != .null else { return "+ \(number) \(target(after?["target"]))" }
        guard let after, after != .null else { return "- \(number)" }
        let fields = ["extension", "target", "spokenName", "fallback", "validUntil", "team"]
            .filter { before[$0] != after[$0] }
        return "\(number): \(fields.joined(separator: ", "))"
    }

    static func target(_ target: JSONValue?) -> String {
        switch target?["type"]?.string {
        case "worker": "\(target?["workerName"]?.string ?? "") (\(target?["workerSid"]?.string ?? ""))"
        case "queue": "queue \(target?["queue"]?.string ?? "")"
        default: target?["number"]?.string ?? ""
        }
    }

    /// How an import's rows ended; refused ones one by one.
    static func report(_ answer: JSONValue) -> [String] {
        var lines: [String] = []
        for row in answer["rows"]?.array ?? [] where row["outcome"]?.string == "refused" {
            for error in row["errors"]?.array ?? [] {
                let field = error["field"]?.string ?? ""
                lines.append(
                    "row \(row["row"]?.integer ?? 0)\(field.isEmpty ? "" : ", \(field)"): \(error["detail"]?.string ?? "")"
                )
            }
        }
        let counts = (answer["counts"]?.object?.members ?? []).map { "\($0.value.integer ?? 0) \($0.name)" }
        return lines + [counts.joined(separator: ", ")]
    }

    static func publish(_ state: JSONValue) -> [String] {
        var line = "version \(state["version"]?.integer ?? 0): \(state["state"]?.string ?? "")"
        if let total = state["total"]?.integer, total > 0 { line += " \(state["done"]?.integer ?? 0)/\(total)" }
        var lines = [line]
        let missing = (state["missing"]?.array ?? []).compactMap(\.string)
        if !missing.isEmpty { lines.append("not served yet by \(missing.joined(separator: ", "))") }
        lines += (state["problems"]?.array ?? []).map { "\($0["field"]?.string ?? ""): \($0["detail"]?.string ?? "")" }
        return lines
    }
}
