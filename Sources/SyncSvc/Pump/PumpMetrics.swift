import Hosting

/// The figures of copying, looked up once.
struct PumpMetrics: Sendable {
    /// Copies written, by the side they were written to.
    let copied: BothSides<Counter>
    /// From the webhook being taken to the copy being written.
    let replication: Histogram
    /// Listings of messages: what the fast path avoids.
    let listings: Counter
    /// Copies found by their tag after an outcome that was not known.
    let adopted: Counter
    /// Events that were covered already when they were handled.
    let covered: Counter
    /// Handlings that met a record written by another process.
    let superseded: Counter
    /// Pairs that wait for a side that is away.
    let waiting: BothSides<Gauge>
    /// Handlings that failed, by what became of them.
    let retried: Counter
    let givenUp: Counter

    init(registry: MetricsRegistry) {
        func counter(_ name: String, _ help: String, _ labels: [String: String] = [:]) -> Counter {
            registry.counter("sync.\(name)", help: help, labels: labels)
        }
        func perSide<Value>(_ make: (Side) -> Value) -> BothSides<Value> {
            BothSides(flex: make(.flex), frontline: make(.frontline))
        }
        copied = perSide {
            counter("messages.copied", "Messages copied, by the side they went to.", ["to": $0.rawValue])
        }
        replication = registry.histogram(
            "sync.replication.duration", help: "From the webhook on disk to the answer to its message's copy.")
        listings = counter("listings", "Listings of messages: what the direct path avoids.")
        adopted = counter("messages.adopted", "Copies found by their tag after an outcome that was not known.")
        covered = counter("doorbells.covered", "Doorbells that had nothing left to do.")
        superseded = counter("handlings.superseded", "Handlings that met a record written by another process.")
        waiting = perSide {
            registry.gauge(
                "sync.pairs.waiting", help: "Pairs that wait for a side that is away.", labels: ["side": $0.rawValue])
        }
        retried = counter("handlings.retried", "Handlings that failed and are repeated.")
        givenUp = counter("handlings.given_up", "Handlings that went to the dead letters.")
    }
}
