import Hosting

/// What the configuration says to ExtensionsSvc: section `extensions`.
struct ExtensionsSettings: ServiceSettings {
    static let sections = ["extensions"]

    init(reader: SettingsReader) {}
}
