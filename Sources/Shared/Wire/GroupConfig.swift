/// How a consumer group reads the journal; JetStream's words, fixed at the first join.
public struct GroupConfig: Codable, Equatable, Sendable {
    /// Where a new group starts.
    public enum DeliverPolicy: String, Codable, Sendable {
        /// At the oldest record that is kept.
        case all
        /// After the last record at the time of the first join.
        case new
        /// At `startOffset`.
        case byOffset = "by_offset"
        /// At the first record at or after `startTime`.
        case byTime = "by_time"
    }

    /// What follows when `maxDeliver` deliveries failed.
    public enum OnExhausted: String, Codable, Sendable {
        /// Into the dead letters; the next event of the key goes on.
        case skip
        /// Into the dead letters, and every later event of the key follows it there until an operator decides.
        case parkKey = "park_key"
    }

    /// What gives way when the disk is at its floor and this group holds records back.
    public enum OnFloor: String, Codable, Sendable {
        /// Publishers are refused until the group catches up.
        case refusePublishers = "refuse_publishers"
        /// The group loses its oldest unsettled events, counted in `sys.group.lagging`.
        case skip
    }

    /// Topics: `*` stands for one token, `>` for the rest; an event that matches any of them is delivered.
    public var filters: [String]
    public var deliverPolicy: DeliverPolicy = .all
    public var startOffset: UInt64?
    /// Nanoseconds since 1970.
    public var startTime: UInt64?
    /// Milliseconds until a delivery without an outcome is taken back: 100…3,600,000.
    ///
    /// For several events of one key it runs for the first unsettled one only.
    public var ackWaitMs = 30_000
    /// Deliveries of one event at most: 1…1,000.
    public var maxDeliver = 5
    /// Milliseconds before the 2nd, 3rd, … delivery; the last one repeats.
    ///
    /// Empty: at once.
    public var backoffMs = [1_000, 5_000, 30_000]
    /// Deliveries without outcome in the whole group: 1…1,000,000.
    public var maxAckPending = 10_000
    /// Events between the oldest unsettled one and the newest handed out: 1…10,000,000.
    ///
    /// At the limit the group stops.
    public var maxSpread = 1_000_000
    /// Events read but held back behind a busy key: 1…1,000,000.
    ///
    /// At the limit the group stops.
    public var maxParked = 100_000
    public var onExhausted: OnExhausted = .skip
    public var onFloor: OnFloor = .refusePublishers
    /// Dead letters that are kept: 1…1,000,000.
    ///
    /// At the limit the group stops until an operator retries or drops some.
    public var maxDeadLetters = 10_000
    /// False: the group and its cursor vanish with its last member.
    public var durable = true

    public init(filters: [String]) { self.filters = filters }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        func read<Value: Decodable>(_ key: CodingKeys, _ fallback: Value) throws -> Value {
            try values.decodeIfPresent(Value.self, forKey: key) ?? fallback
        }
        self.init(filters: try values.decode([String].self, forKey: .filters))
        deliverPolicy = try read(.deliverPolicy, deliverPolicy)
        startOffset = try values.decodeIfPresent(UInt64.self, forKey: .startOffset)
        startTime = try values.decodeIfPresent(UInt64.self, forKey: .startTime)
        ackWaitMs = try read(.ackWaitMs, ackWaitMs)
        maxDeliver = try read(.maxDeliver, maxDeliver)
        backoffMs = try read(.backoffMs, backoffMs)
        maxAckPending = try read(.maxAckPending, maxAckPending)
        maxSpread = try read(.maxSpread, maxSpread)
        maxParked = try read(.maxParked, maxParked)
        onExhausted = try read(.onExhausted, onExhausted)
        onFloor = try read(.onFloor, onFloor)
        maxDeadLetters = try read(.maxDeadLetters, maxDeadLetters)
        durable = try read(.durable, durable)
    }

    /// The first key whose value is out of range, with what is allowed; nil when all are good.
    public func problem() -> String? {
        func range(_ name: String, _ value: Int, _ allowed: ClosedRange<Int>) -> String? {
            allowed.contains(value)
                ? nil : "\(name) is \(value), allowed are \(allowed.lowerBound)…\(allowed.upperBound)"
        }
        if filters.isEmpty || filters.count > 64 { return "filters has \(filters.count) entries, allowed are 1…64" }
        if backoffMs.count > 32 { return "backoff_ms has \(backoffMs.count) entries, allowed are 0…32" }
        if deliverPolicy == .byOffset, startOffset == nil { return "deliver_policy by_offset needs start_offset" }
        if deliverPolicy == .byTime, startTime == nil { return "deliver_policy by_time needs start_time" }
        return range("ack_wait_ms", ackWaitMs, 100...3_600_000) ?? range("max_deliver", maxDeliver, 1...1_000)
            ?? backoffMs.lazy.compactMap { range("backoff_ms", $0, 0...86_400_000) }.first
            ?? range("max_ack_pending", maxAckPending, 1...1_000_000)
            ?? range("max_spread", maxSpread, 1...10_000_000) ?? range("max_parked", maxParked, 1...1_000_000)
            ?? range("max_dead_letters", maxDeadLetters, 1...1_000_000)
    }
}

/// Body of `join`.
public struct JoinRequest: Codable, Equatable, Sendable {
    /// Letters, digits, `-`, `_` and `.`; at most 128 bytes.
    public var group: String
    /// Nil joins a group that exists, whatever its configuration.
    public var config: GroupConfig?
    /// Whether `config` replaces another one; without it a difference is refused.
    public var update: Bool

    public init(group: String, config: GroupConfig?, update: Bool = false) {
        self.group = group
        self.config = config
        self.update = update
    }

    /// `config` and `update` may be left out.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            group: try values.decode(String.self, forKey: .group),
            config: try values.decodeIfPresent(GroupConfig.self, forKey: .config),
            update: try values.decodeIfPresent(Bool.self, forKey: .update) ?? false)
    }
}

/// Body of `joined`.
public struct Joined: Codable, Equatable, Sendable {
    /// Names the membership in `credit`, `settle`, `deliver`, `leave`.
    public var subscription: UInt32
    public var group: String
    public var config: GroupConfig
    /// Everything below it that matches is settled.
    public var floor: UInt64

    public init(subscription: UInt32, group: String, config: GroupConfig, floor: UInt64) {
        self.subscription = subscription
        self.group = group
        self.config = config
        self.floor = floor
    }
}
