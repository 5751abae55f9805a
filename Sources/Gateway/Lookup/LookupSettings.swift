import Hosting

/// Who may look extensions up.
///
/// Configuration keys, in `gateway.lookup`:
/// - `projects` (list of names in `gateway.projects`, default all): whose tokens sign lookups.
struct LookupSettings: Sendable {
    /// Nil: all.
    let projects: Set<String>?

    init(reader: SettingsReader) {
        let names = reader.strings("projects", default: [])
        projects = names.isEmpty ? nil : Set(names)
    }
}
