import Glibc
public import Logging

/// What every process of ours reads, whatever it does.
///
/// Configuration keys, at the top level:
/// - `run_dir` (string): sockets. Default `$XDG_RUNTIME_DIR/patchbay`, else `/run/patchbay`.
/// - `state_dir` (string): durable data. Default `$XDG_STATE_HOME/patchbay`, else `~/.local/state/patchbay`; for
///   root `/var/lib/patchbay`.
/// - `instance` (string, default empty): tells several processes of one service apart; letters, digits, `-`, `_`.
/// - `drain_timeout_ms` (int, default 10000, range 0...600000): from the signal to a hard exit.
/// - `log.level` (default `info`): `trace`, `debug`, `info`, `notice`, `warning`, `error`, `critical`.
/// - `log.format` (default `text`): `text` or `json`, one object a line.
public struct CommonSettings: ServiceSettings {
    public static let sections = ["log"]

    public enum LogFormat: String, Sendable, CaseIterable {
        case text, json
    }

    public var runDirectory: String
    public var stateDirectory: String
    /// Empty for the only process of its kind.
    public var instance: String
    public var drainTimeout: Duration
    public var logLevel: Logger.Level
    public var logFormat: LogFormat

    public init(reader: SettingsReader) {
        let environment = reader.environment
        runDirectory = reader.string("run_dir", default: Self.defaultRunDirectory(environment: environment))
        stateDirectory = reader.string(
            "state_dir", default: Self.defaultStateDirectory(environment: environment, userID: getuid()))
        instance = reader.string("instance", default: "", maxBytes: 32)
        drainTimeout = reader.duration("drain_timeout_ms", default: .seconds(10), in: .zero...(.seconds(600)))
        let log = reader.section("log")
        logLevel = log.choice("level", default: Logger.Level.info)
        logFormat = log.choice("format", default: LogFormat.text)

        if !instance.utf8.allSatisfy(Self.isNameByte) {
            reader.reject("instance", because: "only letters, digits, '-' and '_' may be in it.")
        }
        for (key, path) in [("run_dir", runDirectory), ("state_dir", stateDirectory)] where !path.hasPrefix("/") {
            reader.reject(key, because: "it must be an absolute path.")
        }
        do {
            _ = try RunDirectory(path: runDirectory)
        } catch {
            reader.reject("run_dir", because: "\(error)")
        }
    }

    static func defaultRunDirectory(environment: [String: String]) -> String {
        guard let runtime = environment["XDG_RUNTIME_DIR"], !runtime.isEmpty else { return "/run/patchbay" }
        return runtime + "/patchbay"
    }

    static func defaultStateDirectory(environment: [String: String], userID: UInt32) -> String {
        if userID == 0 { return "/var/lib/patchbay" }
        if let state = environment["XDG_STATE_HOME"], !state.isEmpty { return state + "/patchbay" }
        return (environment["HOME"] ?? "") + "/.local/state/patchbay"
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
