import Twilio

/// Counts refusals in windows of time, so that a flood of them is neither a flood of log lines nor of events.
///
/// In each window the first few of a kind are logged one by one; at its end each kind is summed up once.
struct RejectionLedger {
    /// What is told apart; nothing in it came from the sender.
    struct Kind: Hashable, Sendable {
        let reason: String
        let status: Int
        /// A configured project; nil when the request did not say, or not credibly.
        let project: String?
        let family: WebhookFamily
    }

    /// The refusals of one kind in one window.
    struct Total: Hashable, Sendable {
        let kind: Kind
        let count: Int
    }

    /// How many of a kind are logged singly in each window.
    static let loggedPerWindow = 3

    private var counts: [Kind: Int] = [:]

    /// Takes one refusal.
    ///
    /// - Parameter kind: What was refused and why.
    /// - Returns: Whether it is to be logged by itself.
    mutating func note(_ kind: Kind) -> Bool {
        let count = counts[kind, default: 0] + 1
        counts[kind] = count
        return count <= Self.loggedPerWindow
    }

    /// Ends the window: what came in it, most frequent first.
    mutating func close() -> [Total] {
        defer { counts = [:] }
        return counts.map { Total(kind: $0.key, count: $0.value) }
            .sorted { ($1.count, $0.kind.reason) < ($0.count, $1.kind.reason) }
    }
}
