import Hosting

/// Webhooks that the projects had before Patchbay took their place, and that go on being called.
///
/// Configuration keys, in `sync.relay`:
/// - `<side>.url` (string): who is posted every messaging webhook of that side's project, re-signed with its token;
///   `side` is `flex` or `frontline`. Without it nothing is relayed.
/// - `<side>.events` (list of strings, default all): the provider's names of the events that are relayed.
/// - `timeout_ms` (int, default 10000, range 500...60000): one attempt.
/// - `max_attempts` (int, default 40, range 1...1000): then the webhook goes to the dead letters of `sync-relay`, from
///   where `patchbay dead retry` sends it again.
/// - `concurrency` (int, default 32, range 1...512): conversations at once; one conversation's webhooks go one by one.
struct RelaySettings: Hashable, Sendable {
    /// Who is called for one side.
    struct Target: Hashable, Sendable {
        let url: String
        /// Empty: all.
        let events: Set<String>
    }

    var targets: BothSides<Target?>
    var timeout: Duration
    var maxAttempts: Int
    var concurrency: Int

    init(reader: SettingsReader) {
        func target(_ side: Side) -> Target? {
            let section = reader.section(side.rawValue)
            let url = section.optionalString("url", maxBytes: 2_048) ?? ""
            let events = section.strings("events")
            guard !url.isEmpty else { return nil }
            guard url.hasPrefix("https://") || url.hasPrefix("http://") else {
                section.reject("url", because: "it must begin with https:// or http://.")
                return nil
            }
            return Target(url: url, events: Set(events))
        }
        targets = BothSides(flex: target(.flex), frontline: target(.frontline))
        timeout = reader.duration("timeout_ms", default: .seconds(10), in: .milliseconds(500)...(.seconds(60)))
        maxAttempts = reader.int("max_attempts", default: 40, in: 1...1_000)
        concurrency = reader.int("concurrency", default: 32, in: 1...512)
    }
}
