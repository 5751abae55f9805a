/// Joins the scrapes of several processes into one.
public enum MetricsMerge {
    /// What one process answered.
    public struct Scrape: Sendable {
        /// Value of the label `instance`, such as `broker` or `sync-2`.
        public let instance: String
        /// Its metrics; nil when it did not answer.
        public let text: String?

        public init(instance: String, text: String?) {
            self.instance = instance
            self.text = text
        }
    }

    /// Makes one valid text in which every sample has the label `instance` and every metric stands once.
    ///
    /// `patchbay_instance_up` is 1 for those that answered and 0 for those that did not, or whose text was malformed:
    /// one bad process must not hide the others. A label `instance` a process wrote itself becomes
    /// `exported_instance`, as Prometheus does. Where processes disagree on a metric's type the first one stands and
    /// the samples of the other are left out.
    public static func merge(_ scrapes: [Scrape]) -> String {
        var families: [MetricFamily] = []
        var indices: [String: Int] = [:]
        var up = MetricFamily(
            name: "patchbay_instance_up", kind: .gauge, help: "Whether the process answered the last scrape.")
        for scrape in scrapes {
            let parsed = scrape.text.flatMap { try? ExpositionText.parse($0) }
            let label = (name: "instance", value: scrape.instance)
            up.samples.append(.init(labels: [label], value: parsed == nil ? "0" : "1"))
            for family in parsed ?? [] where family.name != up.name {
                let index = indices[family.name] ?? families.count
                if index == families.count {
                    indices[family.name] = index
                    families.append(MetricFamily(name: family.name, kind: family.kind, help: family.help))
                }
                guard families[index].kind == family.kind else { continue }
                families[index].samples += family.samples.map { sample in
                    var sample = sample
                    sample.labels =
                        [label] + sample.labels.map { $0.name == "instance" ? ("exported_instance", $0.value) : $0 }
                    return sample
                }
            }
        }
        return ExpositionText.render((families + [up]).sorted { $0.name < $1.name })
    }
}
