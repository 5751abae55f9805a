import Hosting

/// How activities are written: `crm.activities`.
struct ActivitySettings: Hashable, Sendable {
    /// Activities on their way to the CRM at once, per process.
    var concurrency = 8
    /// How long what was logged is shown, and how long the built-in CRM keeps its activities.
    var age = Duration.seconds(14 * 86_400)

    init() {}

    init(_ reader: SettingsReader) {
        concurrency = reader.int("concurrency", default: concurrency, in: 1...64)
        age = reader.duration("keep_days", default: age, in: .seconds(86_400)...(.seconds(365 * 86_400)))
    }
}
