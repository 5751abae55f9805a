import Events

/// Service levels of many interactions, by queue, agent and channel: what the page and the call show.
struct ServiceLevelReport: Sendable {
    /// Names told apart in one dimension; interactions of further ones count as `other`.
    static let nameLimit = 200
    static let other = "other"

    /// A set of measured times.
    struct Times: Hashable, Sendable {
        private(set) var values: [UInt64] = []

        mutating func add(_ milliseconds: UInt64) { values.append(milliseconds) }

        /// Count, average, and the times within which half and nineteen of twenty lie, and the longest.
        var json: JSONValue {
            guard !values.isEmpty else { return ["count": 0] }
            let sorted = values.sorted()
            return [
                "count": .number(JSONNumber(sorted.count)),
                "averageMs": .milliseconds(sorted.reduce(0, +) / UInt64(sorted.count)),
                "p50Ms": .milliseconds(Self.quantile(sorted, percent: 50)),
                "p95Ms": .milliseconds(Self.quantile(sorted, percent: 95)),
                "longestMs": .milliseconds(sorted[sorted.count - 1]),
            ]
        }

        /// The smallest value that at least `percent` of all do not exceed.
        static func quantile(_ sorted: [UInt64], percent: Int) -> UInt64 {
            sorted[max(0, (sorted.count * percent + 99) / 100 - 1)]
        }
    }

    /// One line of a table.
    struct Row: Hashable, Sendable {
        var interactions = 0
        var abandoned = 0
        var wait = Times()
        var firstResponse = Times()
        var response = Times()
        var duration = Times()

        var json: JSONObject {
            JSONObject([
                ("interactions", .number(JSONNumber(interactions))), ("abandoned", .number(JSONNumber(abandoned))),
                ("wait", wait.json), ("firstResponse", firstResponse.json), ("response", response.json),
                ("duration", duration.json),
            ])
        }
    }

    private(set) var total = Row()
    private(set) var queues: [String: Row] = [:]
    private(set) var agents: [String: Row] = [:]
    private(set) var channels: [String: Row] = [:]

    /// Adds an interaction, as ``InteractionSummary/json`` wrote it.
    mutating func add(_ interaction: JSONValue) {
        Self.count(interaction, in: &total, agent: nil)
        Self.count(interaction, under: interaction["queue"]?.string ?? "", in: &queues, agent: nil)
        Self.count(interaction, under: interaction["channel"]?.string ?? "", in: &channels, agent: nil)
        let first = interaction["agent"]?.string
        if let first { Self.count(interaction, under: first, in: &agents, agent: first) }
        for entry in interaction["agents"]?.array ?? [] {
            guard let name = entry["name"]?.string, name != first else { continue }
            let place = Self.place(name, in: agents)
            Self.countResponses(entry, in: &agents[place, default: Row()])
        }
    }

    private static func place(_ name: String, in rows: [String: Row]) -> String {
        rows[name] != nil || rows.count < nameLimit ? name : other
    }

    private static func count(
        _ interaction: JSONValue, under name: String, in rows: inout [String: Row], agent: String?
    ) {
        let place = place(name, in: rows)
        count(interaction, in: &rows[place, default: Row()], agent: agent)
    }

    /// Counts an interaction; of the answers those of `agent`, or everybody's when it is nil.
    private static func count(_ interaction: JSONValue, in row: inout Row, agent: String?) {
        row.interactions += 1
        if interaction["outcome"]?.string == "abandoned" { row.abandoned += 1 }
        if let wait = interaction["waitMs"]?.milliseconds { row.wait.add(wait) }
        if let first = interaction["firstResponseMs"]?.milliseconds { row.firstResponse.add(first) }
        if let duration = interaction["durationMs"]?.milliseconds { row.duration.add(duration) }
        guard let agent else {
            interaction["responses"].map { countResponses($0, in: &row) }
            return
        }
        let own = interaction["agents"]?.array?.first { $0["name"]?.string == agent }
        own.map { countResponses($0, in: &row) }
    }

    /// An interaction counts with the average of its answers, so that a long chat does not outweigh the others.
    private static func countResponses(_ responses: JSONValue, in row: inout Row) {
        guard let count = responses["count"]?.milliseconds, count > 0,
            let total = responses["totalMs"]?.milliseconds
        else { return }
        row.response.add(total / count)
    }

    /// The answer of the call `sync.service-levels`.
    func json(since: Timestamp, until: Timestamp, isComplete: Bool) -> JSONValue {
        [
            "since": .string(since.rfc3339), "until": .string(until.rfc3339), "isComplete": .bool(isComplete),
            "total": .object(total.json), "queues": Self.table(queues), "agents": Self.table(agents),
            "channels": Self.table(channels),
        ]
    }

    private static func table(_ rows: [String: Row]) -> JSONValue {
        .array(
            rows.sorted { ($1.value.interactions, $0.key) < ($0.value.interactions, $1.key) }.map { name, row in
                var object = JSONObject([("name", .string(name))])
                for member in row.json.members { object[member.name] = member.value }
                return .object(object)
            })
    }
}
