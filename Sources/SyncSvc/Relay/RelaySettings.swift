import Hosting

/// Configuration keys in `sync.relay`: none yet.
struct RelaySettings: Hashable, Sendable {
    init(reader: SettingsReader) {}
}
