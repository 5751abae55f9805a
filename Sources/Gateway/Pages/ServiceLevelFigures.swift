import Events

/// SyncSvc's report of service levels, as its call answers it.
struct ServiceLevelFigures: Hashable, Sendable {
    /// The call on the bus: `{"hours":24}`.
    static let service = "sync.service-levels"

    /// One kind of time, in milliseconds.
    struct Times: Hashable, Sendable {
        var count = 0
        var median: UInt64 = 0
        /// Nineteen of twenty took no longer.
        var most: UInt64 = 0
        var longest: UInt64 = 0

        init(_ json: JSONValue?) {
            count = json?["count"]?.integer.map(Int.init) ?? 0
            median = Self.milliseconds(json?["p50Ms"])
            most = Self.milliseconds(json?["p95Ms"])
            longest = Self.milliseconds(json?["longestMs"])
        }

        private static func milliseconds(_ json: JSONValue?) -> UInt64 {
            json?.integer.flatMap { UInt64(exactly: $0) } ?? 0
        }
    }

    /// Interactions of one queue, agent or channel, or of all.
    struct Row: Hashable, Sendable {
        let name: String
        let interactions: Int
        let abandoned: Int
        let wait: Times
        let firstResponse: Times
        let response: Times
        let duration: Times

        init(_ json: JSONValue) {
            name = json["name"]?.string ?? ""
            interactions = json["interactions"]?.integer.map(Int.init) ?? 0
            abandoned = json["abandoned"]?.integer.map(Int.init) ?? 0
            wait = Times(json["wait"])
            firstResponse = Times(json["firstResponse"])
            response = Times(json["response"])
            duration = Times(json["duration"])
        }

        /// The times in the order of the columns.
        var times: [Times] { [wait, firstResponse, response, duration] }
    }

    let until: String
    /// Whether all interactions of the window are in it.
    let isComplete: Bool
    let total: Row
    let queues: [Row]
    let agents: [Row]
    let channels: [Row]

    /// Nil when it is no such report.
    init?(_ bytes: [UInt8]) {
        guard let json = try? JSONValue(parsing: bytes), let total = json["total"], let until = json["until"]?.string
        else { return nil }
        self.until = until
        self.total = Row(total)
        isComplete = json["isComplete"]?.bool ?? true
        queues = Self.rows(json["queues"])
        agents = Self.rows(json["agents"])
        channels = Self.rows(json["channels"])
    }

    private static func rows(_ json: JSONValue?) -> [Row] { (json?.array ?? []).map(Row.init) }
}
