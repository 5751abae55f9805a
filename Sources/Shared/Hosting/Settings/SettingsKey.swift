/// Names of settings: dotted keys in the file and on the command line, upper snake case in the environment.
public enum SettingsKey {
    /// Top-level sections that belong to a service each.
    ///
    /// A section not listed here and not one of ``common`` is an error in every process, also in those that do not
    /// read it.
    public static let sections = [
        "broker", "bus", "gateway", "extensions", "sync", "crm", "sandbox", "twilio",
    ]

    /// Top-level keys that every process reads.
    public static let common = ["run_dir", "state_dir", "instance", "drain_timeout_ms", "log"]

    /// The environment variable of a key: `broker.max_event_bytes` is `PATCHBAY_BROKER_MAX_EVENT_BYTES`.
    public static func variable(_ key: String) -> String {
        let upper = key.utf8.map { byte -> UInt8 in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 32
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
            default: UInt8(ascii: "_")
            }
        }
        return "PATCHBAY_" + String(decoding: upper, as: UTF8.self)
    }

    /// The candidate nearest to a mistyped word, if one is near enough to be worth suggesting.
    static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        let limit = max(1, word.utf8.count / 3)
        return
            candidates
            .map { (candidate: $0, distance: distance(word, $0)) }
            .filter { $0.distance <= limit }
            .min { ($0.distance, $0.candidate) < ($1.distance, $1.candidate) }?
            .candidate
    }

    /// Edits (insert, delete, replace) between two words.
    private static func distance(_ left: String, _ right: String) -> Int {
        let right = Array(right.utf8)
        var row = Array(0...right.count)
        for (i, a) in left.utf8.enumerated() {
            var previous = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let replaced = previous + (a == b ? 0 : 1)
                previous = row[j + 1]
                row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[right.count]
    }
}
