/// The settings of one service: a value type that reads and checks itself.
///
/// ```swift
/// struct SyncSettings: ServiceSettings {
///     static let sections = ["sync"]
///     let pumpInterval: Duration
///
///     init(reader: SettingsReader) {
///         let sync = reader.section("sync")
///         pumpInterval = sync.duration("pump_interval_ms", default: .seconds(5), in: .milliseconds(100)...(.seconds(60)))
///     }
/// }
/// ```
public protocol ServiceSettings: Sendable {
    /// Top-level sections that ``init(reader:)`` reads completely; each is one of ``SettingsKey/sections``.
    static var sections: [String] { get }

    /// Reads every key of the sections, from a reader at the top level.
    ///
    /// - Throws: Only what recording on the reader cannot say; wrong values are recorded by the reader itself.
    init(reader: SettingsReader) throws
}
