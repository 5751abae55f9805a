import Wire

/// The Broker's limits; each is a setting with the same name in snake_case.
struct BrokerLimits: Sendable {
    /// Bytes of one event's record; larger ones are rejected.
    var maxEventBytes = 1 << 20
    /// Bytes of one message; ZeroMQ drops the connection above it.
    var maxFrameBytes = 8 << 20
    /// Published events that a session may have unanswered; more are refused.
    var maxUnackedEvents = 65_536
    /// Bytes of them.
    var maxUnackedBytes = 16 << 20
    /// Milliseconds; a session that is silent three times as long is ended.
    var heartbeatMs = 1_000
    /// Bytes that may wait for a client that does not read; above it its session is ended.
    var sessionOutBytes = 64 << 20
    /// Sessions at once; a hello above it is refused.
    var maxSessions = 1_024
    /// Topics that are told apart; events of further ones are rejected.
    var maxTopics = 65_536
    /// Ids for recognising duplicates; the oldest are forgotten.
    var dedupMaxIDs = 2_000_000
    /// How long ids are remembered, nanoseconds of journal time.
    var dedupWindow: UInt64 = 86_400_000_000_000
    /// Groups; a join that would make another one is refused.
    var maxGroups = 1_024

    /// Bytes of the keys and values of all maps; a put above it is rejected.
    var maxMapBytes = 256 << 20
    /// Memberships of one session; a join above it is refused.
    var maxSubscriptions = 1_024

    /// What goes into a welcome.
    var announced: Welcome.Limits {
        .init(
            maxEventBytes: maxEventBytes, maxFrameBytes: maxFrameBytes, maxUnackedEvents: maxUnackedEvents,
            maxUnackedBytes: maxUnackedBytes)
    }
}
