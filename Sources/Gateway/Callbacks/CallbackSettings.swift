import Hosting

/// The mobile app's callbacks.
///
/// Configuration keys, in `gateway.callbacks`:
/// - `timeout_ms` (int, default 3500, range 100...4500): how long a service's answer is waited for; then 503. The app
///   waits 5 s.
/// - `projects` (list of names in `gateway.projects`, default all): whose tokens sign callbacks.
struct CallbackSettings: Sendable {
    let timeout: Duration
    /// Nil: all.
    let projects: Set<String>?

    init(reader: SettingsReader) {
        timeout = reader.duration(
            "timeout_ms", default: .milliseconds(3_500), in: .milliseconds(100)...(.milliseconds(4_500)))
        let names = reader.strings("projects", default: [])
        projects = names.isEmpty ? nil : Set(names)
    }
}
