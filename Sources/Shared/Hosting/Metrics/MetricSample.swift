/// One family of metrics as it is written into the exposition text.
struct MetricFamily: Sendable {
    enum Kind: String, Sendable {
        case counter, gauge, histogram, summary, untyped
    }

    /// One line; its name is the family's with `suffix` (`_bucket`, `_sum`, `_count`, or nothing).
    struct Sample: Sendable {
        var suffix = ""
        var labels: [(name: String, value: String)] = []
        /// As written; a number, `+Inf`, `-Inf` or `NaN`.
        var value: String
        var timestamp: String?
    }

    let name: String
    var kind: Kind
    var help: String
    var samples: [Sample] = []
}

/// Values made at scrape time by a collector; see ``MetricsRegistry/collect(_:)``.
public struct MetricReadings {
    let prefix: String
    private(set) var families: [MetricFamily] = []

    init(prefix: String) {
        self.prefix = prefix
    }

    /// Adds a reading of something that goes up and down.
    public mutating func gauge(
        _ name: String, help: String, unit: MetricUnit = .none, labels: [String: String] = [:], _ value: Double
    ) {
        let name = MetricName.prometheus(name, prefix: prefix, unit: unit, isCounter: false)
        add(name, .gauge, help, labels, value)
    }

    /// Adds a reading of something that only grows.
    public mutating func counter(
        _ name: String, help: String, unit: MetricUnit = .none, labels: [String: String] = [:], _ value: Double
    ) {
        let name = MetricName.prometheus(name, prefix: prefix, unit: unit, isCounter: true)
        add(name, .counter, help, labels, value)
    }

    private mutating func add(
        _ name: String, _ kind: MetricFamily.Kind, _ help: String, _ labels: [String: String], _ value: Double
    ) {
        let sample = MetricFamily.Sample(labels: MetricLabels.sorted(labels), value: ExpositionText.number(value))
        if let index = families.firstIndex(where: { $0.name == name }) {
            families[index].samples.append(sample)
        } else {
            families.append(MetricFamily(name: name, kind: kind, help: help, samples: [sample]))
        }
    }
}

enum MetricLabels {
    static func sorted(_ labels: [String: String]) -> [(name: String, value: String)] {
        labels.sorted { $0.key < $1.key }.map { (MetricName.sanitised($0.key), $0.value) }
    }
}
