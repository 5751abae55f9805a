/// One measured figure, printed as a JSON line.
struct Figure {
    var name: String
    var value: Double
    var unit: String

    func report() {
        print(#"{"name":"\#(name)","value":\#(Double(Int(value * 1_000)) / 1_000),"unit":"\#(unit)"}"#)
    }

    /// p50, p99 and the longest of latencies in nanoseconds, as microseconds.
    static func report(latencies: [UInt64], name: String) {
        let sorted = latencies.sorted()
        guard let last = sorted.last else { return }
        for (label, share) in [("p50", 0.50), ("p99", 0.99)] {
            let place = min(sorted.count - 1, Int(Double(sorted.count) * share))
            Figure(name: "\(name)_\(label)", value: Double(sorted[place]) / 1_000, unit: "us").report()
        }
        Figure(name: "\(name)_max", value: Double(last) / 1_000, unit: "us").report()
    }
}
