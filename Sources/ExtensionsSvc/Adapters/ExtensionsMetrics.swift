import Hosting

/// The figures of the directory, looked up once.
struct ExtensionsMetrics: Sendable {
    private let registry: MetricsRegistry
    /// From the call to its answer.
    let duration: Histogram
    /// Rounds that a change lost against other processes.
    let lostRounds: Counter
    /// Records of the draft, and numbers at which it differs from what is published.
    let records: Gauge
    let differences: Gauge
    let version: Gauge
    /// From the beginning of a publish to its end.
    let publishing: Histogram
    /// When the workers were read last, seconds since 1970; and how many there are.
    let workersRead: Gauge
    let workers: Gauge

    init(registry: MetricsRegistry) {
        self.registry = registry
        duration = registry.histogram("extensions.request.duration", help: "From a request's call to its answer.")
        lostRounds = registry.counter(
            "extensions.rounds.lost", help: "Changes that were decided anew because another process was first.")
        records = registry.gauge("extensions.records", help: "Records of the draft.")
        differences = registry.gauge(
            "extensions.differences", help: "Numbers at which the draft differs from the published version.")
        version = registry.gauge("extensions.published.version", help: "The version in force.")
        publishing = registry.histogram(
            "extensions.publish.duration", help: "From the beginning of a publish to its end.")
        workersRead = registry.gauge(
            "extensions.workers.read", help: "When the workers were read last, in seconds since 1970.")
        workers = registry.gauge("extensions.workers", help: "Workers of the workspace.")
    }

    func count(_ request: APIRequest?, status: Int) {
        registry.counter(
            "extensions.requests", help: "Requests to the directory by method and status.",
            labels: ["method": request?.knownMethod ?? "none", "status": "\(status)"]
        ).add()
    }

    func count(publish phase: PublishState.Phase) {
        registry.counter(
            "extensions.publishes", help: "Publishes by how they ended.", labels: ["state": phase.rawValue]
        ).add()
    }
}

extension APIRequest {
    /// One of a few, whatever was sent.
    fileprivate var knownMethod: String {
        ["GET", "POST", "PUT", "DELETE"].contains(method) ? method : "other"
    }
}
