import Hosting

/// What SyncSvc reads from the configuration.
struct SyncSettings: ServiceSettings {
    static let sections = ["sync"]

    init(reader: SettingsReader) {}
}
