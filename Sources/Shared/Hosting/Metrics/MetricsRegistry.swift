import Synchronization

/// The metrics of one process, and their Prometheus text (exposition format 0.0.4).
///
/// Names are given in OpenTelemetry style and come out with the product's prefix, unit and, for counters, `_total`:
/// `bus.publish.duration` in seconds is `patchbay_bus_publish_duration_seconds`. Asking twice for the same name and
/// labels gives the same object. Ask once and keep it: a look-up takes a lock, adding to what it gave does not.
///
/// Limit: ``seriesLimit`` combinations of labels per name. Those beyond it can be used but are not shown, and
/// `patchbay_metrics_series_dropped_total` counts them: a label must never hold an id.
public final class MetricsRegistry: Sendable {
    /// Most combinations of label values per name.
    public static let seriesLimit = 1_000

    private enum Instrument {
        case counter(Counter)
        case gauge(Gauge)
        case histogram(Histogram)

        var kind: MetricFamily.Kind {
            switch self {
            case .counter: .counter
            case .gauge: .gauge
            case .histogram: .histogram
            }
        }
    }

    private struct Family {
        let kind: MetricFamily.Kind
        let help: String
        var series: [[String: String]: Instrument] = [:]
    }

    private struct State {
        var families: [String: Family] = [:]
        var collectors: [@Sendable (inout MetricReadings) -> Void] = []
        var droppedSeries = 0
    }

    private let prefix: String
    private let state = Mutex(State())

    /// - Parameter prefix: Stands before every name, with `_` between.
    public init(prefix: String = "patchbay") {
        self.prefix = prefix
    }

    /// A count that only grows, such as `gateway.webhooks.received`.
    public func counter(
        _ name: String, help: String, unit: MetricUnit = .none, labels: [String: String] = [:]
    ) -> Counter {
        let full = MetricName.prometheus(name, prefix: prefix, unit: unit, isCounter: true)
        guard case .counter(let counter) = instrument(full, help, labels, make: { .counter(Counter()) }) else {
            preconditionFailure("metric \(full) is already of another kind")
        }
        return counter
    }

    /// A number that goes up and down, such as `bus.sessions`.
    public func gauge(
        _ name: String, help: String, unit: MetricUnit = .none, labels: [String: String] = [:]
    ) -> Gauge {
        let full = MetricName.prometheus(name, prefix: prefix, unit: unit, isCounter: false)
        guard case .gauge(let gauge) = instrument(full, help, labels, make: { .gauge(Gauge()) }) else {
            preconditionFailure("metric \(full) is already of another kind")
        }
        return gauge
    }

    /// A distribution; the bounds of the first call for a name and labels stand.
    public func histogram(
        _ name: String, help: String, unit: MetricUnit = .seconds, buckets: [Double] = Histogram.durationBuckets,
        labels: [String: String] = [:]
    ) -> Histogram {
        let full = MetricName.prometheus(name, prefix: prefix, unit: unit, isCounter: false)
        let made = instrument(full, help, labels, make: { .histogram(Histogram(bounds: buckets)) })
        guard case .histogram(let histogram) = made else {
            preconditionFailure("metric \(full) is already of another kind")
        }
        return histogram
    }

    /// Adds a closure that is asked for its values at every scrape.
    ///
    /// It runs on the admin socket's thread: it must not wait, and takes its values from a snapshot or an atomic.
    public func collect(_ body: @escaping @Sendable (inout MetricReadings) -> Void) {
        state.withLock { $0.collectors.append(body) }
    }

    /// The text for a scrape.
    public func render() -> String {
        ExpositionText.render(families())
    }

    func families() -> [MetricFamily] {
        // Collectors run outside the lock, so they may ask the registry for metrics themselves.
        let (families, collectors, dropped) = state.withLock { ($0.families, $0.collectors, $0.droppedSeries) }
        var result = families.map { Self.family($0.key, $0.value) }
        var readings = MetricReadings(prefix: prefix)
        for collector in collectors { collector(&readings) }
        if dropped > 0 {
            readings.counter(
                "metrics.series.dropped", help: "Label combinations not shown because their metric has too many.",
                Double(dropped))
        }
        for family in readings.families {
            if let index = result.firstIndex(where: { $0.name == family.name }) {
                result[index].samples += family.samples
            } else {
                result.append(family)
            }
        }
        return result.sorted { $0.name < $1.name }
    }

    private func instrument(
        _ name: String, _ help: String, _ labels: [String: String], make: () -> Instrument
    ) -> Instrument {
        state.withLock { state in
            if let found = state.families[name]?.series[labels] { return found }
            let made = make()
            var family = state.families[name] ?? Family(kind: made.kind, help: help)
            precondition(family.kind == made.kind, "metric \(name) is already a \(family.kind)")
            guard family.series.count < Self.seriesLimit else {
                state.droppedSeries += 1
                return made
            }
            family.series[labels] = made
            state.families[name] = family
            return made
        }
    }

    private static func family(_ name: String, _ family: Family) -> MetricFamily {
        let series = family.series
            .map { labels, instrument in
                let sorted = MetricLabels.sorted(labels)
                return (labels: sorted, text: ExpositionText.labels(sorted), instrument: instrument)
            }
            .sorted { $0.text < $1.text }
        return MetricFamily(
            name: name, kind: family.kind, help: family.help,
            samples: series.flatMap { samples($0.labels, $0.instrument) })
    }

    private static func samples(
        _ labels: [(name: String, value: String)], _ instrument: Instrument
    ) -> [MetricFamily.Sample] {
        switch instrument {
        case .counter(let counter): return [.init(labels: labels, value: String(counter.value))]
        case .gauge(let gauge): return [.init(labels: labels, value: ExpositionText.number(gauge.value))]
        case .histogram(let histogram):
            let reading = histogram.current
            var total: UInt64 = 0
            var samples: [MetricFamily.Sample] = []
            for (bound, count) in zip(histogram.bounds + [.infinity], reading.counts) {
                total += count
                let bucket = labels + [(name: "le", value: ExpositionText.number(bound))]
                samples.append(.init(suffix: "_bucket", labels: bucket, value: String(total)))
            }
            samples.append(.init(suffix: "_sum", labels: labels, value: ExpositionText.number(reading.sum)))
            samples.append(.init(suffix: "_count", labels: labels, value: String(total)))
            return samples
        }
    }
}
