/// One thing wrong with the configuration.
///
/// ``code`` is for machines and never changes; ``description`` is for people and names key, value, allowed range and
/// origin. The value of a secret is never part of it.
public struct SettingsError: Error, Hashable, Sendable {
    public enum Reason: Hashable, Sendable {
        case unknownKey(suggestion: String?)
        case unknownSection(known: [String])
        case missing
        case wrongType(expected: String)
        case outOfRange(allowed: String)
        case secretInFile(variable: String)
        case secretOnCommandLine(variable: String)
        case emptySecret
        case unreadableFile(path: String, problem: String)
        case malformedFile(String)
        case malformedFlag
        /// A rule of the service itself, in its own words.
        case invalid(String)
    }

    /// Full dotted key; empty when the file as a whole is meant.
    public let key: String
    /// As written; nil where there is none or it may be secret.
    public let value: String?
    public let origin: SettingOrigin
    public let reason: Reason

    public init(key: String, value: String? = nil, origin: SettingOrigin, reason: Reason) {
        self.key = key
        self.value = value
        self.origin = origin
        self.reason = reason
    }

    public var code: String {
        switch reason {
        case .unknownKey: "settings.unknown_key"
        case .unknownSection: "settings.unknown_section"
        case .missing: "settings.missing"
        case .wrongType: "settings.wrong_type"
        case .outOfRange: "settings.out_of_range"
        case .secretInFile: "settings.secret_in_file"
        case .secretOnCommandLine: "settings.secret_on_command_line"
        case .emptySecret: "settings.empty_secret"
        case .unreadableFile: "settings.unreadable_file"
        case .malformedFile: "settings.malformed_file"
        case .malformedFlag: "settings.malformed_flag"
        case .invalid: "settings.invalid"
        }
    }
}

extension SettingsError: CustomStringConvertible {
    public var description: String {
        switch reason {
        case .unknownKey(let suggestion):
            "\(origin): unknown key '\(key)'.\(suggestion.map { " Did you mean '\($0)'?" } ?? "")"
        case .unknownSection(let known):
            "\(origin): unknown section '\(key)'. Known ones: \(known.joined(separator: ", "))."
        case .missing:
            "'\(key)' is required and is not set. Set it in the file or as $\(SettingsKey.variable(key))."
        case .wrongType(let expected):
            "\(origin): '\(key)' must be \(expected)\(value.map { ", found '\($0)'" } ?? "")."
        case .outOfRange(let allowed):
            "\(origin): '\(key)' is \(value ?? "out of range"); allowed is \(allowed)."
        case .secretInFile(let variable):
            "\(origin): '\(key)' is a secret and may not stand in the file. "
                + "Use $\(variable), '\(key)_file: /path' or a systemd credential named '\(key)'."
        case .secretOnCommandLine(let variable):
            "\(origin): '\(key)' is a secret and may not stand on the command line, where every user can read it. "
                + "Use $\(variable), '\(key)_file' or a systemd credential named '\(key)'."
        case .emptySecret:
            "\(origin): the secret '\(key)' is empty."
        case .unreadableFile(let path, let problem):
            key.isEmpty
                ? "Cannot read \(path): \(problem)." : "\(origin): cannot read '\(key)' from \(path): \(problem)."
        case .malformedFile(let problem):
            "\(origin): \(problem)."
        case .malformedFlag:
            "\(origin): '\(key)' is not of the form section.key=value."
        case .invalid(let rule):
            "\(origin): '\(key)'\(value.map { " is '\($0)'" } ?? ""): \(rule)"
        }
    }
}

/// Everything wrong with the configuration at once, so that one round of corrections is enough.
public struct SettingsErrors: Error, Hashable, Sendable {
    /// Never empty.
    public let errors: [SettingsError]

    public init(_ errors: [SettingsError]) {
        self.errors = errors
    }

    init(_ error: SettingsError) {
        errors = [error]
    }
}

extension SettingsErrors: ExitCodeProviding {
    public var exitCode: ExitCode { .configuration }
}

extension SettingsErrors: CustomStringConvertible {
    public var description: String {
        errors.map(\.description).joined(separator: "\n")
    }
}
