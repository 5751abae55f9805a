import Hosting

/// Contacts and cases for Studio flows: `gateway.studio`.
///
/// Configuration keys:
/// - `timeout_ms` (int, default 5000, range 500...9000): how long the CRM's side is waited for. A flow waits 10 s.
/// - `projects` (list of names in `gateway.projects`, default all): whose tokens sign.
struct StudioSettings: Sendable {
    let timeout: Duration
    /// Nil: all.
    let projects: Set<String>?

    init(reader: SettingsReader) {
        timeout = reader.duration(
            "timeout_ms", default: .milliseconds(5_000), in: .milliseconds(500)...(.milliseconds(9_000)))
        let names = reader.strings("projects", default: [])
        projects = names.isEmpty ? nil : Set(names)
    }
}
