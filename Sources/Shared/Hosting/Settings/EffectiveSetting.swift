/// One setting as a process will use it, for `patchbay config show`.
public struct EffectiveSetting: Hashable, Sendable {
    /// Full dotted key, such as `broker.max_event_bytes`.
    public let key: String
    /// As it would be written in the file; `<redacted>` for a secret, empty when not set.
    public let value: String
    public let origin: SettingOrigin
    public let isSecret: Bool
}

extension EffectiveSetting: CustomStringConvertible {
    public var description: String {
        "\(key): \(value.isEmpty ? "~" : value)  # \(origin)"
    }
}
