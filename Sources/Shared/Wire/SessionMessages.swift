/// Body of `hello`.
public struct Hello: Codable, Equatable, Sendable {
    /// Protocol versions that the client speaks.
    public var versions: [Int]
    /// What the client wants to be: decides what it may do (`broker.roles`).
    public var role: String
    /// Program and version, for logs: `patchbay-sync/0.1.0`.
    public var client: String
    /// Which of several processes, for logs and `patchbay groups`.
    public var instance: String
    /// The highest epoch this client has seen: a Broker with a lower one was restored from an old copy and must refuse.
    public var epoch: UInt64?

    public init(versions: [Int] = [1], role: String, client: String, instance: String, epoch: UInt64? = nil) {
        self.versions = versions
        self.role = role
        self.client = client
        self.instance = instance
        self.epoch = epoch
    }
}

/// Body of `welcome`.
public struct Welcome: Codable, Equatable, Sendable {
    public var version: Int
    /// Goes into every later frame.
    public var session: UInt32
    public var journal: String
    /// Grows with every start of the Broker; a client refuses a lower one than it has seen.
    public var epoch: UInt64
    /// The offset after the last record on disk.
    public var end: UInt64
    /// Send something at least this often, milliseconds; silence of three times as long ends the session.
    public var heartbeatMs: Int
    public var limits: Limits

    /// What the Broker takes.
    public struct Limits: Codable, Equatable, Sendable {
        /// Bytes of one record of kind event.
        public var maxEventBytes: Int
        /// Bytes of one message.
        public var maxFrameBytes: Int
        /// Published events that may be unanswered.
        public var maxUnackedEvents: Int
        /// Bytes of published events that may be unanswered.
        public var maxUnackedBytes: Int

        public init(maxEventBytes: Int, maxFrameBytes: Int, maxUnackedEvents: Int, maxUnackedBytes: Int) {
            self.maxEventBytes = maxEventBytes
            self.maxFrameBytes = maxFrameBytes
            self.maxUnackedEvents = maxUnackedEvents
            self.maxUnackedBytes = maxUnackedBytes
        }
    }

    public init(
        version: Int, session: UInt32, journal: String, epoch: UInt64, end: UInt64, heartbeatMs: Int, limits: Limits
    ) {
        self.version = version
        self.session = session
        self.journal = journal
        self.epoch = epoch
        self.end = end
        self.heartbeatMs = heartbeatMs
        self.limits = limits
    }
}

/// Body of `failure`, `close` and of a failed `replied`.
public struct Failure: Codable, Equatable, Sendable, Error {
    /// Stable, for machines: `group.config_differs`.
    public var code: String
    /// What happened, to what, the limit, what to check next.
    public var message: String
    /// Whether the same request may succeed later without anyone changing anything.
    public var retryable: Bool

    public init(code: String, message: String, retryable: Bool) {
        self.code = code
        self.message = message
        self.retryable = retryable
    }
}

/// Body of `serve`: the sender answers calls to `service`.
public struct ServeRequest: Codable, Equatable, Sendable {
    public var service: String
    /// Requests it takes at once: 1…1,024.
    public var concurrency: Int

    public init(service: String, concurrency: Int) {
        self.service = service
        self.concurrency = concurrency
    }
}

/// Body of `unserve`: the sender is handed no more calls to `service`; those that it has it still answers.
public struct UnserveRequest: Codable, Equatable, Sendable {
    public var service: String

    public init(service: String) { self.service = service }
}
