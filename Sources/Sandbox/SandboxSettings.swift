import Hosting

/// What the Sandbox reads from the configuration.
struct SandboxSettings: ServiceSettings {
    static let sections = ["sandbox"]

    init(reader: SettingsReader) {}
}
