/// What a sample's `.env` file says, as sections of our configuration and files for its secrets.
///
/// Pure: it writes nothing. Secrets are only in ``secrets``; no message has a value in it.
struct ImportPlan: Sendable {
    /// A secret that goes into a file of its own.
    struct SecretFile: Sendable {
        let name: String
        let text: String
    }

    private(set) var settings: [(path: [String], value: ImportValue)] = []
    /// Settings of services that do not exist yet.
    private(set) var later: [(path: [String], value: ImportValue)] = []
    private(set) var secrets: [SecretFile] = []
    /// Variables that no rule knows.
    private(set) var unknown: [String] = []
    /// Variables that hold nothing, or still what the sample's template has.
    private(set) var unset: [String] = []
    /// Variables that are not needed, with the reason.
    private(set) var obsolete: [(name: String, reason: String)] = []
    /// Values that are not what they should be.
    private(set) var problems: [String] = []
    private let secretDirectory: String
    private var halves: [[String]: [Int: String]] = [:]

    /// - Parameters:
    ///   - file: The sample's file.
    ///   - source: Which sample it is.
    ///   - secretDirectory: Where the files of the secrets will be.
    init(_ file: EnvironmentFile, from source: ImportSource, secretDirectory: String) {
        self.secretDirectory = secretDirectory
        for line in file.malformedLines { problems.append("line \(line) is no assignment, or a quote is not closed") }
        for entry in file.entries {
            guard let rule = source.rules.first(where: { $0.names.contains(entry.key) }) else {
                unknown.append(entry.key)
                continue
            }
            take(entry, by: rule)
        }
        for (path, names) in halves.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            let pairs = stride(from: 0, through: names.keys.max() ?? 0, by: 2).compactMap { place in
                names[place].flatMap { first in names[place + 1].map { "\(first)=\($0)" } }
            }
            if !pairs.isEmpty { set(path, .list(pairs)) }
        }
        // What comes with the sample only makes sense beside something from it.
        guard !settings.isEmpty || !secrets.isEmpty else { return }
        for (path, value) in source.fixed { set(path, value) }
    }

    private mutating func take(_ entry: EnvironmentFile.Entry, by rule: ImportRule) {
        for target in rule.targets {
            if case .obsolete(let reason) = target {
                obsolete.append((entry.key, reason))
                continue
            }
            guard !Self.isPlaceholder(entry.value) else {
                unset.append(entry.key)
                return
            }
            switch target {
            case .setting(let path, let kind):
                if let value = value(entry, kind) { set(path, value) }
            case .later(let path, let kind):
                if let value = value(entry, kind) { later.append((path, value)) }
            case .secret(let path):
                let name = path.dropFirst().joined(separator: "-").replacing("_", with: "-")
                secrets.append(SecretFile(name: name, text: entry.value))
                let file = secretDirectory + "/" + name
                set(path.dropLast() + [(path.last ?? "") + "_file"], .text(file))
            case .pair(let path, let place): halves[path, default: [:]][place] = entry.value
            case .obsolete: break
            }
        }
    }

    private mutating func set(_ path: [String], _ value: ImportValue) {
        settings.removeAll { $0.path == path }
        settings.append((path, value))
    }

    private mutating func value(_ entry: EnvironmentFile.Entry, _ kind: ImportRule.Kind) -> ImportValue? {
        let text = entry.value
        switch kind {
        case .text: return .text(text)
        case .sid(let prefix):
            let digits = text.dropFirst(prefix.count)
            if text.hasPrefix(prefix), digits.utf8.count == 32, digits.allSatisfy(\.isHexDigit) { return .text(text) }
            problems.append(problem(entry, "is no SID: \(prefix) and 32 hexadecimal digits"))
        case .url:
            guard RoutePlan.masked(text) == text else {
                problems.append(problem(entry, "has a user or password in it, which no configuration file may hold"))
                return nil
            }
            if text.hasPrefix("https://") || text.hasPrefix("http://") { return .text(text) }
            problems.append(problem(entry, "is no http or https address"))
        case .origin, .originList:
            guard let origin = Self.origin(text) else {
                problems.append(problem(entry, "is no origin, such as https://contoso.crm4.dynamics.com"))
                return nil
            }
            if case .originList = kind { return .list([origin]) }
            return .text(origin)
        case .flag:
            switch text.lowercased() {
            case "true", "1", "yes": return .flag(true)
            case "false", "0", "no": return .flag(false)
            default: problems.append(problem(entry, "is neither true nor false"))
            }
        case .phone:
            let number = text.hasPrefix("whatsapp:") ? text.dropFirst(9) : text[...]
            let digits = number.dropFirst().filter { !" -()".contains($0) }
            if number.hasPrefix("+"), (6...15).contains(digits.count), digits.allSatisfy(\.isNumber) {
                return .text((text.hasPrefix("whatsapp:") ? "whatsapp:" : "") + "+" + digits)
            }
            problems.append(problem(entry, "is no phone number with its country code, such as +14155550100"))
        case .minutesAsSeconds:
            if let minutes = Double(text), minutes >= 0, minutes <= 10_000 {
                return .number(Int((minutes * 60).rounded()))
            }
            problems.append(problem(entry, "is no number of minutes"))
        }
        return nil
    }

    /// `https://host` of an address with or without a scheme and path; nil when it has a user, or no host.
    private static func origin(_ text: String) -> String? {
        let isPlain = !text.contains("://")
        guard isPlain || text.hasPrefix("https://") else { return nil }
        let host = (isPlain ? text[...] : text.dropFirst(8)).prefix { $0 != "/" }.lowercased()
        let isHost =
            host.contains(".") && host.utf8.count <= 253
            && host.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-.:".contains($0)) }
        return isHost ? "https://\(host)" : nil
    }

    private func problem(_ entry: EnvironmentFile.Entry, _ what: String) -> String {
        "line \(entry.line): \(entry.key) \(what)"
    }

    /// Whether a value is the template's: `AC...`, `<your …>`, `ISxxxx`.
    private static func isPlaceholder(_ value: String) -> Bool {
        value.isEmpty || value.hasSuffix("...") || value.hasPrefix("<") && value.hasSuffix(">")
            || value.lowercased().contains("xxxx")
    }

    /// The sections, as a configuration file has them.
    var yaml: String {
        var lines: [String] = []
        Self.write(settings, indent: "", to: &lines)
        if !later.isEmpty {
            lines.append("")
            lines.append("# For services that are yet to come; nothing reads these keys today.")
            var rest: [String] = []
            Self.write(later, indent: "", to: &rest)
            lines += rest.map { "#" + $0 }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func write(
        _ entries: [(path: [String], value: ImportValue)], indent: String, to lines: inout [String]
    ) {
        var names: [String] = []
        for entry in entries {
            if let name = entry.path.first, !names.contains(name) { names.append(name) }
        }
        for name in names {
            let own = entries.filter { $0.path.first == name }
            if let leaf = own.first(where: { $0.path.count == 1 }) {
                lines.append("\(indent)\(name): \(leaf.value.yaml)")
            } else {
                lines.append("\(indent)\(name):")
                write(own.map { (Array($0.path.dropFirst()), $0.value) }, indent: indent + "  ", to: &lines)
            }
        }
    }
}
