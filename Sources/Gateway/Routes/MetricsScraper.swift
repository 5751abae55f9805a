import Hosting

/// Gathers the metrics of all processes in the run directory into one text.
struct MetricsScraper: Sendable {
    /// How long one process may take; one that takes longer counts as absent.
    static let timeout = Duration.milliseconds(500)

    /// This process: its figures are taken without a detour.
    let ownLabel: String
    let registry: MetricsRegistry
    /// Admin sockets of processes that are there or were.
    let sockets: @Sendable () -> [(label: String, path: String)]

    /// Asks all at once.
    ///
    /// - Returns: Prometheus text with a label `instance`; `patchbay_instance_up` is 0 for those that did not answer.
    func scrape() async -> String {
        let others = sockets().filter { $0.label != ownLabel }
        let scrapes = await withTaskGroup(of: MetricsMerge.Scrape.self) { group in
            for (label, path) in others {
                group.addTask {
                    let answer = try? await AdminClient.get("/metrics", socket: path, timeout: Self.timeout)
                    return MetricsMerge.Scrape(instance: label, text: answer?.status == 200 ? answer?.body : nil)
                }
            }
            var scrapes = [MetricsMerge.Scrape(instance: ownLabel, text: registry.render())]
            for await scrape in group { scrapes.append(scrape) }
            return scrapes
        }
        return MetricsMerge.merge(scrapes.sorted { $0.instance < $1.instance })
    }
}
