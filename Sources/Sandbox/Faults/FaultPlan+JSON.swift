import Events

/// The document of `/sandbox/v1/faults`.
extension FaultPlan {
    /// Reads the whole document; what it leaves out is off.
    ///
    /// - Parameters:
    ///   - json: `{seed, rules, webhooks, down, clock_skew_ms}`.
    ///   - projects: The names that may stand in it.
    ///   - now: When an outage begins.
    /// - Throws: ``TwilioProblem`` that names the member.
    init(json: JSONValue, projects: [String], now: Timestamp) throws(TwilioProblem) {
        self.init()
        guard json.object != nil else { throw .invalid("body", "it is a JSON object") }
        if let seed = json["seed"] {
            guard let value = seed.integer, value >= 0 else { throw .invalid("seed", "it is a whole number from 0") }
            self.seed = UInt64(value)
        }
        func check(_ name: String?, _ member: String) throws(TwilioProblem) {
            guard let name, name != "*" else { return }
            guard projects.contains(name) || Self.others.contains(name) else {
                throw .invalid(member, "there is no project of this name")
            }
        }
        let listed = json["rules"]?.array ?? []
        guard listed.count <= Self.maxRules else { throw .invalid("rules", "there are at most \(Self.maxRules)") }
        for rule in listed {
            try check(rule["project"]?.string, "rules.project")
            rules.append(try FaultRule(json: rule))
        }
        try readWebhooks(json["webhooks"], projects: projects, check)
        for outage in json["down"]?.array ?? [] {
            let name = outage["project"]?.string
            try check(name, "down.project")
            guard let seconds = outage["seconds"]?.double, seconds >= 0, seconds <= 86_400 else {
                throw .invalid("down.seconds", "it is a number of seconds up to a day")
            }
            let until = now.advanced(by: .milliseconds(Int(seconds * 1_000)))
            let status = outage["status"]?.integer.map { Int($0) }
            guard status.map({ (400..<600).contains($0) }) ?? true else {
                throw .invalid("down.status", "it is from 400 to 599")
            }
            if let name, Self.others.contains(name) { outages[name] = Outage(until: until, status: status) }
            for project in projects where name == nil || name == "*" || name == project {
                outages[project] = Outage(until: until, status: status)
            }
        }
        if let skews = json["clock_skew_ms"] {
            if let value = skews.integer {
                for project in projects { self.skews[project] = Int(value) }
            }
            for (name, value) in skews.object?.members ?? [] {
                try check(name, "clock_skew_ms")
                guard let value = value.integer else { throw .invalid("clock_skew_ms", "they are milliseconds") }
                for project in projects where name == "*" || name == project { self.skews[project] = Int(value) }
            }
        }
    }

    /// Either one document for all projects, or one for each by name.
    private mutating func readWebhooks(
        _ json: JSONValue?, projects: [String], _ check: (String?, String) throws(TwilioProblem) -> Void
    ) throws(TwilioProblem) {
        guard let json else { return }
        let members = json.object?.members ?? []
        if members.contains(where: { $0.value.object != nil && $0.name != "delay_ms" }) {
            for (name, value) in members {
                try check(name, "webhooks")
                webhooks[name] = try Webhooks(json: value)
            }
        } else {
            let name = json["project"]?.string ?? "*"
            try check(name, "webhooks.project")
            webhooks[name] = try Webhooks(json: json)
        }
    }

    /// Writes the document as it is now.
    func write(_ json: inout JSONFields, now: Timestamp) {
        json.number("seed", Int(seed))
        json.objects("rules", rules) { rule, row in rule.write(&row) }
        json.object("webhooks") { row in
            for (name, faults) in webhooks.sorted(by: { $0.key < $1.key }) {
                row.value(named: name, faults.json)
            }
        }
        let down = outages.filter { $0.value.until > now }.sorted { $0.key < $1.key }
        json.objects("down", down) { item, row in
            let left = Double(item.value.until.unixNanoseconds - now.unixNanoseconds) / 1_000_000_000
            row.text("project", item.key)
            row.value("seconds_left", JSONNumber(left).map { .number($0) } ?? .null)
            row.number("status", item.value.status)
        }
        json.object("clock_skew_ms") { row in
            for (name, skew) in skews.sorted(by: { $0.key < $1.key }) {
                row.value(named: name, .number(JSONNumber(skew)))
            }
        }
        json.object("made") { row in
            for (name, count) in made.sorted(by: { $0.key < $1.key }) {
                row.value(named: name, .number(JSONNumber(count)))
            }
        }
    }
}

extension FaultPlan.Webhooks {
    init(json: JSONValue) throws(TwilioProblem) {
        self.init()
        func probability(_ name: String) throws(TwilioProblem) -> Double {
            guard let value = json[name] else { return 0 }
            guard let number = value.double, (0...1).contains(number) else {
                throw .invalid("webhooks.\(name)", "it is a probability from 0 to 1")
            }
            return number
        }
        drop = try probability("drop")
        duplicate = try probability("duplicate")
        reorder = try probability("reorder")
        guard let delay = json["delay_ms"] else { return }
        if let value = delay.integer, (0...600_000).contains(value) {
            self.delay = value == 0 ? nil : Int(value)...Int(value)
        } else if let least = delay["min"]?.integer, let most = delay["max"]?.integer, 0 <= least, least <= most,
            most <= 600_000
        {
            self.delay = most == 0 ? nil : Int(least)...Int(most)
        } else {
            throw .invalid("webhooks.delay_ms", "it is milliseconds, or {min, max}")
        }
    }

    var json: JSONValue {
        let number = { (value: Double) in JSONNumber(value).map { JSONValue.number($0) } ?? .null }
        let wait: JSONValue =
            delay.map {
                ["min": .number(JSONNumber($0.lowerBound)), "max": .number(JSONNumber($0.upperBound))]
            } ?? 0
        return ["drop": number(drop), "duplicate": number(duplicate), "reorder": number(reorder), "delay_ms": wait]
    }
}

extension FaultRule {
    init(json: JSONValue) throws(TwilioProblem) {
        let match = json["match"]
        project = json["project"]?.string.flatMap { $0 == "*" ? nil : $0 }
        product = match?["product"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        pathPrefix = match?["path_prefix"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        pathSuffix = match?["path_suffix"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        if let name = match?["method"]?.string, !name.isEmpty {
            guard let method = RestMethod(rawValue: name.uppercased()) else {
                throw .invalid("rules.match.method", "it is GET, POST, PUT, PATCH or DELETE")
            }
            self.method = method
        }
        let odds = json["probability"]?.double ?? 1
        guard (0...1).contains(odds) else { throw .invalid("rules.probability", "it is from 0 to 1") }
        probability = odds
        times = json["times"]?.integer.map { Int($0) }
        guard let effect = json["effect"] else { throw .missing("rules.effect") }
        let isDone = effect["after"]?.bool ?? false
        if let latency = effect["latency_ms"] {
            let least = latency["min"]?.integer ?? latency.integer ?? 0
            let most = latency["max"]?.integer ?? latency.integer ?? least
            guard 0 <= least, least <= most, most <= 600_000 else {
                throw .invalid("rules.effect.latency_ms", "it is {min, max} in milliseconds")
            }
            self.effect = .latency(least: Int(least), most: Int(most))
        } else if let status = effect["status"]?.integer {
            guard (400..<600).contains(status) else { throw .invalid("rules.effect.status", "it is from 400 to 599") }
            // A 429 was never processed (twilio.md §2).
            self.effect = .status(
                Int(status), retryAfter: effect["retry_after"]?.integer.map { Int($0) }, isDone: isDone && status != 429
            )
        } else if effect["timeout"]?.bool == true {
            self.effect = .timeout(isDone: isDone)
        } else if effect["lost_answer"]?.bool == true {
            self.effect = .lostAnswer
        } else {
            throw .invalid("rules.effect", "it has latency_ms, status, timeout or lost_answer")
        }
    }

    func write(_ json: inout JSONFields) {
        json.text("project", project ?? "*")
        json.object("match") { row in
            if let product { row.text("product", product) }
            if let method { row.text("method", method.rawValue) }
            if let pathPrefix { row.text("path_prefix", pathPrefix) }
            if let pathSuffix { row.text("path_suffix", pathSuffix) }
        }
        json.value("probability", JSONNumber(probability).map { .number($0) } ?? .null)
        json.object("effect") { row in
            switch effect {
            case .latency(let least, let most):
                row.object("latency_ms") { range in
                    range.number("min", least)
                    range.number("max", most)
                }
            case .status(let status, let retryAfter, let isDone):
                row.number("status", status)
                if let retryAfter { row.number("retry_after", retryAfter) }
                if isDone { row.bool("after", true) }
            case .timeout(let isDone):
                row.bool("timeout", true)
                if isDone { row.bool("after", true) }
            case .lostAnswer: row.bool("lost_answer", true)
            }
        }
        if let times { json.number("times", times) }
    }
}
