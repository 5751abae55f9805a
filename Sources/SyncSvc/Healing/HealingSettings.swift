import Hosting

/// Configuration keys in `sync.healing`: none yet.
struct HealingSettings: Hashable, Sendable {
    init(reader: SettingsReader) {}
}
