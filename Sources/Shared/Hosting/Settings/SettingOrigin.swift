/// Where a setting came from, highest precedence first.
public enum SettingOrigin: Hashable, Sendable {
    /// `--set key=value`.
    case flag
    case environment(variable: String)
    /// Line counted from 1; 0 when not known.
    case file(path: String, line: Int)
    /// A file under `$CREDENTIALS_DIRECTORY`, put there by systemd.
    case credential(name: String)
    case defaultValue
}

extension SettingOrigin: CustomStringConvertible {
    public var description: String {
        switch self {
        case .flag: "--set"
        case .environment(let variable): "$\(variable)"
        case .file(let path, let line): line > 0 ? "\(path):\(line)" : path
        case .credential(let name): "systemd credential \(name)"
        case .defaultValue: "default"
        }
    }
}
