/// What the client holds at most, and for how long; what happens there is said beside each.
public enum BusLimits {
    /// Events in one `publish` frame; more wait for the next frame of the same loop turn.
    public static let eventsPerFrame = 4_096
    /// Bytes of records in one `publish` frame, unless a single record is larger.
    public static let bytesPerFrame = 512 * 1_024
    /// Events, and bytes of them, that leave although an earlier frame is unanswered; fewer wait for its answer.
    public static let gatheringEvents = 128
    public static let gatheringBytes = 64 * 1_024
    /// Bytes of unanswered publishes of one connection; above it publish throws ``BusError/tooManyPending(limit:)``.
    public static let pendingPublishBytes = 256 * 1_024 * 1_024
    /// Unanswered calls, reads, map operations and transactions of one connection; above it they throw
    /// ``BusError/tooManyPending(limit:)``.
    public static let pendingRequests = 16_384
    /// Messages that may wait in a socket, either way; the session is given up when the Broker does not read them.
    public static let socketMessages: Int32 = 65_536
    /// Bytes of one message; libzmq drops the connection of a larger one.
    public static let messageBytes: Int64 = 64 * 1_024 * 1_024
    /// Frames that one turn of the loop receives before it sends.
    public static let framesPerTurn = 256
    /// Silence of a Broker whose connection is open, nanoseconds; then the session is given up.
    ///
    /// A dead Broker is noticed at once, by its connection; this is for a hung one, which ends itself after a sync of 10 s.
    public static let brokerSilence: UInt64 = 12_000_000_000
    /// From opening the socket to the welcome; then the attempt counts as failed.
    public static let helloTimeout: Duration = .seconds(5)
    /// How long a graceful shutdown waits for running handlers and unanswered requests; then handlers are cancelled.
    public static let shutdownGrace: Duration = .seconds(10)
    /// How long a cancelled connection waits for the answers to what was sent.
    public static let cancelGrace: Duration = .seconds(1)
    /// How long an acknowledgement may wait for others while handlers are at work.
    public static let settleDelay: Duration = .milliseconds(1)
    /// Unsent acknowledgements that are sent without waiting for more.
    public static let settleBatch = 256
    /// For reads, map operations, transactions and administration, unless the call says otherwise.
    public static let requestTimeout: Duration = .seconds(30)
    /// How long a call waits beyond its deadline for the Broker to say whether it ran.
    public static let answerGrace: Duration = .milliseconds(500)
    /// Calls to one service that a session takes at once.
    public static let serveConcurrency = 1_024
    /// Bytes of a topic, a key and an id.
    public static let topicBytes = 255
    public static let keyBytes = 512
    public static let idBytes = 1_024
    /// Bytes of a reason for a nak or a term; the rest is cut.
    public static let reasonBytes = 1_024
    /// Bytes of a call's payload; a frame of the Broker's default size holds it.
    public static let callBytes = 7_864_320
    /// Records that a single event may take while no welcome has said otherwise.
    public static let eventBytes = 1_048_576
}
