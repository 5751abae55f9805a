import Hosting

/// The figures of activities on their way to the CRM.
struct ActivityMetrics: Sendable {
    private let registry: MetricsRegistry
    private let delay: Histogram
    /// Rows that wait, and those that no repetition will bring there.
    let waiting: Gauge
    let failedRows: Gauge
    /// How long the oldest row waits.
    let oldest: Gauge

    init(registry: MetricsRegistry) {
        self.registry = registry
        delay = registry.histogram(
            "crm.activity.delay", help: "From the end of an interaction to its record in the CRM.",
            buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600])
        waiting = registry.gauge("crm.outbox.waiting", help: "Activities that wait to be written to the CRM.")
        failedRows = registry.gauge(
            "crm.outbox.failed", help: "Activities that the CRM does not take: patchbay crm status.")
        oldest = registry.gauge(
            "crm.outbox.oldest", help: "How long the oldest activity waits.", unit: .seconds)
    }

    func written(after milliseconds: Int64) {
        delay.observe(.milliseconds(max(0, milliseconds)))
        count("written")
    }

    func failed(_ error: CRMError) { count(error.code) }

    private func count(_ result: String) {
        registry.counter(
            "crm.activities", help: "Attempts to write an activity, by result.", labels: ["result": result]
        ).add()
    }
}
