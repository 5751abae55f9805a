/// What a metric counts or measures in; becomes the end of its Prometheus name.
public enum MetricUnit: String, Sendable {
    case none = ""
    case seconds, bytes, ratio
}

/// Turns OpenTelemetry-style names into Prometheus ones, by the rules of the OpenTelemetry compatibility document.
enum MetricName {
    /// `bus.publish.duration` in seconds becomes `patchbay_bus_publish_duration_seconds`; a counter ends in `_total`.
    static func prometheus(_ name: String, prefix: String, unit: MetricUnit, isCounter: Bool) -> String {
        // `process_…` is what every Prometheus client calls these, and dashboards look for it.
        let isShared = prefix.isEmpty || name.hasPrefix("process.")
        var result = isShared ? sanitised(name) : "\(prefix)_\(sanitised(name))"
        if unit != .none, !result.hasSuffix("_\(unit.rawValue)") { result += "_\(unit.rawValue)" }
        if isCounter, !result.hasSuffix("_total") { result += "_total" }
        return result
    }

    /// Replaces what Prometheus does not allow in a name by `_`.
    static func sanitised(_ name: String) -> String {
        let bytes = name.utf8.map { isNameByte($0) ? $0 : UInt8(ascii: "_") }
        let text = String(decoding: bytes, as: UTF8.self)
        return text.utf8.first.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } == true ? "_" + text : text
    }

    static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
