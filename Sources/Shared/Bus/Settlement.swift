public import Wire

/// What a handler decided about a delivery.
public enum Settlement: Sendable {
    /// Done: never delivered again to this group.
    case ack
    /// Failed: deliver again, `delay` from now at the earliest; nil: after the group's backoff.
    case nak(delay: Duration? = nil, reason: String = "")
    /// Give up at once: into the dead letters.
    case term(reason: String)
    /// Done, and these are journalled with it, all or nothing.
    ///
    /// When that fails (an entry at another revision, an event that is rejected), the delivery is naked with the
    /// failure's code as reason, so that the handler decides anew.
    case transaction(publishes: [OutgoingEvent] = [], writes: [MapWrite] = [])
}

/// How a consumer takes deliveries.
public struct ConsumeOptions: Sendable {
    /// Handlers at work at once, each on another key: 1…1,024.
    public var concurrency = 16
    /// Deliveries that may be here unsettled (credit in events): throughput is at most this many per round trip.
    public var prefetchEvents = 256
    /// Their bytes (credit in bytes): well above the largest event.
    public var prefetchBytes = 8 * 1_024 * 1_024
    /// Whether handlers run on the connection's own thread: for short ones that mostly talk to the Broker, and never block.
    ///
    /// It saves two changes of threads for each answer. All handlers of the process then share one core, and the
    /// connection's heartbeats wait for them.
    public var runsOnConnection = false

    public init(
        concurrency: Int = 16, prefetchEvents: Int = 256, prefetchBytes: Int = 8 * 1_024 * 1_024,
        runsOnConnection: Bool = false
    ) {
        self.concurrency = concurrency
        self.prefetchEvents = prefetchEvents
        self.prefetchBytes = prefetchBytes
        self.runsOnConnection = runsOnConnection
    }
}
