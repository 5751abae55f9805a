internal import Glibc

/// How a process joins the bus.
public struct BusConfiguration: Sendable {
    /// What publishing does when the Broker is away or refuses for now.
    public enum UnackedPolicy: Sendable {
        /// Events wait and are resent, in order and before new ones, until they are answered or time out.
        case resend
        /// Every waiting event ends at once with an error (``BusError/notConnected(lastError:)``,
        /// ``BusError/refused(_:)``, or ``BusError/outcomeUnknown`` when it was sent), and none is sent again. For a
        /// caller with a log of its own.
        case fail
    }

    /// Path of the Broker's `bus.sock`.
    public var socketPath: String
    /// What this process wants to be: decides what it may do (`broker.roles`).
    public var role: String
    /// Program and version, for logs: `patchbay-gateway/0.1.0`.
    public var client: String
    /// Which of several processes, for logs.
    public var instance: String
    /// Wait before a new attempt to connect: a random part of a bound that doubles from the lower to the upper.
    public var connectBackoff: ClosedRange<Duration> = .milliseconds(50) ... .seconds(1)
    /// Unanswered publishes; above it publish throws ``BusError/tooManyPending(limit:)``.
    public var maxPendingPublishes = 100_000
    /// How long a publish waits for its answer, across reconnects; nil: as long as it takes.
    ///
    /// Then it throws ``BusError/timedOut`` if it was not sent, else ``BusError/outcomeUnknown``.
    public var publishTimeout: Duration?
    /// What publishing does when the Broker is away or refuses for now.
    public var unackedPolicy: UnackedPolicy = .resend

    /// Without an `instance` the process id stands for it.
    public init(socketPath: String, role: String, client: String, instance: String? = nil) {
        self.socketPath = socketPath
        self.role = role
        self.client = client
        self.instance = instance ?? String(getpid())
    }
}
