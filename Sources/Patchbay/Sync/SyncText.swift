import Events

/// Answers of SyncSvc as text.
enum SyncText {
    static func isBehind(_ status: JSONValue) -> Bool {
        (status["pairs"]?.array ?? []).contains { behind($0) > 0 }
    }

    private static func behind(_ pair: JSONValue) -> Int64 {
        (pair["flexBehind"]?.integer ?? 0) + (pair["frontlineBehind"]?.integer ?? 0)
    }

    /// One line for each project.
    static func sides(_ status: JSONValue, _ style: Style) -> [String] {
        (status["sides"]?.object?.members ?? []).map { name, side in
            let circuit = side["circuit"]?.string ?? "?"
            let ink: Style.Ink = circuit == "closed" ? .green : .red
            return "\(name): project \(side["project"]?.string ?? "?"), circuit \(style.paint(circuit, ink)), "
                + "\(side["inFlight"]?.integer ?? 0) in flight, \(side["waiting"]?.integer ?? 0) waiting"
        }
    }

    static func pairs(_ status: JSONValue) -> TextTable {
        var table = TextTable([
            .init(title: "PAIR", shrinksTo: 10), .init(title: "STATE"), .init(title: "FRONTLINE", shrinksTo: 10),
            .init(title: "TO FLEX", isRight: true), .init(title: "TO FRONTLINE", isRight: true),
            .init(title: "BEHIND", isRight: true), .init(title: "DRIFT", isRight: true), .init(title: "LAST COPY"),
        ])
        for pair in status["pairs"]?.array ?? [] {
            let known = pair["flexBehind"] != nil || pair["frontlineBehind"] != nil
            table.add([
                pair["pair"]?.string ?? "", pair["state"]?.string ?? "", pair["frontline"]?.string ?? "",
                String(pair["copiedToFlex"]?.integer ?? 0), String(pair["copiedToFrontline"]?.integer ?? 0),
                known ? String(behind(pair)) : "?", "\(pair["driftSeconds"]?.integer ?? 0) s",
                pair["lastCopy"]?.string ?? "",
            ])
        }
        return table
    }

    static func put(diff: JSONValue, _ format: OutputFormat, _ context: CommandContext) throws {
        guard format == .table else { return try context.console.put(diff.description) }
        let style = context.console.output.style
        for side in ["flex", "frontline"] {
            let own = diff["\(side)Digest"]?.string ?? ""
            let copies = diff["\(side)CopiesDigest"]?.string ?? ""
            try context.console.put(
                "written on \(side): \(own)  copies: \(style.paint(copies, own == copies ? .green : .red))")
        }
        var table = TextTable([.init(title: "DO"), .init(title: "SIDE"), .init(title: "MESSAGE"), .init(title: "COPY")])
        for step in diff["steps"]?.array ?? [] {
            table.add([
                step["do"]?.string ?? "", step["from"]?.string ?? step["on"]?.string ?? "",
                step["message"]?.string ?? "", step["copy"]?.string ?? "",
            ])
        }
        if !table.rows.isEmpty { try context.put(table) }
        for (side, copies) in diff["misordered"]?.object?.members ?? [] {
            let count = copies.array?.count ?? 0
            context.console.say("\(count) copies on \(side) stand in the wrong order, which no step can mend.")
        }
        if diff["isEqual"]?.bool == true { context.console.say("Both sides are equal.") }
    }
}
