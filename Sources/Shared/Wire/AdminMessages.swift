/// Body of `admin`: one operation, answered by `done` with the document that the operation names.
public struct AdminRequest: Codable, Equatable, Sendable {
    public enum Operation: String, Codable, Sendable {
        /// Answer: array of ``GroupInfo``.
        case groups
        /// Deletes `group` and its cursor; refused while it has members.
        case groupDelete = "group_delete"
        /// Answer: array of ``DeadLetterInfo`` of `group`, after offset `after`, at most `limit`.
        case deadList = "dead_list"
        /// Delivers the dead letters `offsets` of `group` (or all when absent) once more. Answer: ``AdminCount``.
        case deadRetry = "dead_retry"
        /// Drops the dead letters `offsets` of `group` (or all when absent). Answer: ``AdminCount``.
        case deadDrop = "dead_drop"
        /// Answer: ``BrokerInfo``.
        case info
        /// Writes a live snapshot of the journal and the derived state to `directory`, which must not exist. Answer:
        /// ``BackupInfo``, when it is on disk.
        case journalBackup = "journal_backup"
        /// Confirms that the wall clock is right after a step: age retention and TTL go on.
        case confirmClock = "confirm_clock"
    }

    public var operation: Operation
    public var group: String?
    public var offsets: [UInt64]?
    public var after: UInt64?
    public var limit: Int?
    /// An absolute path on the Broker's machine.
    public var directory: String?

    public init(
        _ operation: Operation, group: String? = nil, offsets: [UInt64]? = nil, after: UInt64? = nil, limit: Int? = nil,
        directory: String? = nil
    ) {
        self.directory = directory
        self.operation = operation
        self.group = group
        self.offsets = offsets
        self.after = after
        self.limit = limit
    }
}

/// A backup that was written.
public struct BackupInfo: Codable, Equatable, Sendable {
    public var directory: String
    /// The offset after the last record in it.
    public var end: UInt64

    public init(directory: String, end: UInt64) {
        self.directory = directory
        self.end = end
    }
}

/// How many dead letters an operation touched.
public struct AdminCount: Codable, Equatable, Sendable {
    public var count: Int
    public init(count: Int) { self.count = count }
}

/// State of one group.
public struct GroupInfo: Codable, Equatable, Sendable {
    public var group: String
    public var config: GroupConfig
    /// Everything below it that matches is settled.
    public var floor: UInt64
    /// Where the group reads next.
    public var next: UInt64
    /// The end of the journal.
    public var end: UInt64
    /// Deliveries without outcome.
    public var ackPending: Int
    /// Read, but held back behind a busy key.
    public var parked: Int
    public var deadLetters: Int
    public var members: [Member]
    /// Why nothing, or nothing of some keys, is handed out although there is credit; nil when it flows.
    public var stalled: String?

    /// One member.
    public struct Member: Codable, Equatable, Sendable {
        public var client: String
        public var instance: String
        public var ackPending: Int
        public var credit: Int

        public init(client: String, instance: String, ackPending: Int, credit: Int) {
            self.client = client
            self.instance = instance
            self.ackPending = ackPending
            self.credit = credit
        }
    }

    public init(
        group: String, config: GroupConfig, floor: UInt64, next: UInt64, end: UInt64, ackPending: Int, parked: Int,
        deadLetters: Int, members: [Member], stalled: String?
    ) {
        self.group = group
        self.config = config
        self.floor = floor
        self.next = next
        self.end = end
        self.ackPending = ackPending
        self.parked = parked
        self.deadLetters = deadLetters
        self.members = members
        self.stalled = stalled
    }
}

/// One delivery that was given up.
public struct DeadLetterInfo: Codable, Equatable, Sendable {
    /// Offset of the event; names the dead letter within its group.
    public var offset: UInt64
    public var topic: String
    public var key: String
    public var attempts: Int
    /// Why, as the last handler said it.
    public var reason: String
    /// When it was given up, nanoseconds since 1970.
    public var time: UInt64
    /// Outcomes of the attempts, oldest first.
    public var history: [String]
    /// The event's document as text.
    public var document: String

    public init(
        offset: UInt64, topic: String, key: String, attempts: Int, reason: String, time: UInt64, history: [String],
        document: String
    ) {
        self.offset = offset
        self.topic = topic
        self.key = key
        self.attempts = attempts
        self.reason = reason
        self.time = time
        self.history = history
        self.document = document
    }
}

/// State of the Broker.
public struct BrokerInfo: Codable, Equatable, Sendable {
    public var version: String
    public var journal: String
    public var epoch: UInt64
    public var first: UInt64
    public var end: UInt64
    public var journalBytes: UInt64
    public var sessions: Int
    public var dedupIds: Int

    public init(
        version: String, journal: String, epoch: UInt64, first: UInt64, end: UInt64, journalBytes: UInt64,
        sessions: Int, dedupIds: Int
    ) {
        self.version = version
        self.journal = journal
        self.epoch = epoch
        self.first = first
        self.end = end
        self.journalBytes = journalBytes
        self.sessions = sessions
        self.dedupIds = dedupIds
    }
}
