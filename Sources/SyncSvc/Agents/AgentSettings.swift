import Hosting

/// Configuration keys in `sync.agents`: none yet.
struct AgentSettings: Hashable, Sendable {
    init(reader: SettingsReader) {}
}
