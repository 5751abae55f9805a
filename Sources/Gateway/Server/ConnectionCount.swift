import Hosting
import Synchronization

/// Open connections, and how many may be.
final class ConnectionCount: Sendable {
    /// Connections beyond the limit that are accepted to be told so; beyond these none is accepted.
    static let refusable = 64

    let limit: Int
    private let open = Atomic<Int>(0)
    private let refused: Counter

    init(limit: Int, registry: MetricsRegistry) {
        self.limit = limit
        refused = registry.counter(
            "gateway.connections.refused", help: "Connections beyond gateway.max_connections, answered with 503.")
        registry.collect { [weak self] readings in
            readings.gauge("gateway.connections", help: "Open HTTP connections.", Double(self?.current ?? 0))
        }
    }

    var current: Int { open.load(ordering: .relaxed) }

    /// Counts a connection that has been opened.
    ///
    /// - Returns: Whether it is within the limit.
    func opened() -> Bool {
        let isWithin = open.add(1, ordering: .relaxed).newValue <= limit
        if !isWithin { refused.add() }
        return isWithin
    }

    func closed() {
        open.subtract(1, ordering: .relaxed)
    }
}
