import Bus

/// What the Gateway needs of the bus: one event, on disk or not.
protocol EventPublisher: Sendable {
    /// Publishes an event and waits until the journal has it on disk.
    ///
    /// The event may be stored although this throws: its id makes a repeat harmless.
    ///
    /// - Parameter event: The event.
    /// - Returns: What the journal made of it.
    /// - Throws: ``PublishFailure``, within the publisher's time limit.
    func publish(_ event: OutgoingEvent) async throws(PublishFailure) -> PublishOutcome

    /// Whether events can be published right now.
    var availability: BusAvailability { get }
}

/// How an event came to be safe on disk.
enum PublishOutcome: String, CaseIterable, Sendable {
    case accepted
    /// It was there already, with the same content.
    case duplicate
    /// Another content was there already under its id. It stays, and this one is not stored.
    case conflict
}

/// Why an event may not be safe on disk.
enum PublishFailure: Error, Hashable, Sendable {
    /// There is no connection to the Broker.
    case unavailable
    /// The Broker did not answer in time; the event may be stored even so.
    case timedOut(after: Duration)
    /// The Broker or the client cannot take it now; the code says why.
    case refused(code: String)
    /// The Broker will never take it; the code says why.
    case rejected(code: String)

    var isRetryable: Bool {
        switch self {
        case .unavailable, .timedOut, .refused: true
        case .rejected: false
        }
    }

    var code: String {
        switch self {
        case .unavailable: "gateway.bus_unavailable"
        case .timedOut: "gateway.publish_timeout"
        case .refused: "gateway.publish_refused"
        case .rejected: "gateway.publish_rejected"
        }
    }
}

extension PublishFailure: CustomStringConvertible {
    var description: String {
        switch self {
        case .unavailable:
            "The bus cannot be reached, so the event cannot be stored. Is the Broker running?"
        case .timedOut(let limit):
            "The journal did not confirm the event within \(limit) (gateway.publish_timeout_ms). A repeat is harmless."
        case .refused(let code):
            "The bus cannot take the event now (\(code))."
        case .rejected(let code):
            "The bus does not take the event (\(code))."
        }
    }
}

/// Whether the bus can be reached, for `/readyz` and the start page.
enum BusAvailability: Hashable, Sendable {
    case connected
    /// Not connected, for how long, and what the last attempt met.
    case away(for: Duration, lastError: String?)

    /// For people who read `/readyz`; nil when connected.
    var reason: String? {
        switch self {
        case .connected: nil
        case .away(let duration, let lastError):
            "away for \(duration.components.seconds) s" + (lastError.map { ": \($0)" } ?? "")
        }
    }
}
