import Wire

/// What one simulated program knows: what it published, what it holds, what it waits for.
final class SimulatedClient {
    /// The connection; another one after every loss.
    var connection: Client
    /// Events that are not acknowledged, oldest first: sent again in the next session.
    var outbox: [SampleEvent] = []
    /// How many of `outbox`, from the first, are sent in this session.
    var sent = 0
    /// Sequence number of the first of `outbox`.
    var firstSequence: UInt64 = 1
    /// After a refusal, until the Broker has answered `resume`.
    var isPaused = false
    /// Group → subscription.
    var subscriptions: [String: UInt32] = [:]
    /// Joins without answer.
    var joining: [UInt64: String] = [:]
    /// Deliveries without outcome, in order of arrival.
    var held: [Held] = []
    /// Settles without answer.
    var settling: [UInt64: Settling] = [:]

    struct Held: Equatable {
        var group: String
        var subscription: UInt32
        var delivery: Delivered
    }

    /// A settle on its way.
    struct Settling {
        var held: [Held]
        var outcomes: [Outcome]
        /// Number of the transaction, 0 when it is none.
        var transaction: Int
        var writes: [MapWrite]
        var publishes: [SampleEvent]
    }

    init(_ connection: Client) { self.connection = connection }

    /// A new connection: nothing of the old session counts any more, unacknowledged events are sent again.
    func reconnect(_ connection: Client) {
        self.connection = connection
        sent = 0
        firstSequence = 1
        isPaused = false
        subscriptions = [:]
        joining = [:]
        held = []
        settling = [:]
    }
}
