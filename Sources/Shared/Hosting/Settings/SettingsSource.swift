/// All that settings are read from: command-line flags over environment over file over defaults.
public struct SettingsSource: Sendable {
    /// Longest configuration file that is read, in bytes.
    public static let fileBytesLimit = 1 << 20

    /// The file, or nil when there is none.
    public let path: String?
    public let environment: [String: String]
    let root: SettingsNode
    let flags: [Flag]

    struct Flag: Sendable {
        let key: String
        let value: String
    }

    /// Reads the configuration file, if there is one, and the flags.
    ///
    /// - Parameters:
    ///   - path: The YAML file, at most ``fileBytesLimit`` bytes; nil for none.
    ///   - environment: Variables such as `PATCHBAY_BROKER_MAX_EVENT_BYTES`.
    ///   - flags: Values of `--set`, each `section.key=value`; a later one wins.
    /// - Throws: ``SettingsErrors`` when the file cannot be read or is not YAML, or a flag is malformed. What the
    ///   keys say is checked by ``read(sections:_:)``.
    public init(path: String?, environment: [String: String], flags: [String] = []) throws(SettingsErrors) {
        guard let path else {
            try self.init(yaml: "", path: nil, environment: environment, flags: flags)
            return
        }
        let text: String
        do {
            let bytes = try FileBytes.read(path: path, limit: Self.fileBytesLimit)
            guard let valid = String(validating: bytes, as: UTF8.self) else {
                throw FileBytes.ReadError(description: "not UTF-8")
            }
            text = valid
        } catch {
            throw SettingsErrors(
                SettingsError(
                    key: "", origin: .file(path: path, line: 0),
                    reason: .unreadableFile(path: path, problem: "\(error)")))
        }
        try self.init(yaml: text, path: path, environment: environment, flags: flags)
    }

    /// Reads YAML text that was obtained in another way, as tests and shipped examples do.
    ///
    /// - Throws: ``SettingsErrors`` as for a file.
    public init(
        yaml: String, path: String? = "patchbay.yaml", environment: [String: String] = [:], flags: [String] = []
    ) throws(SettingsErrors) {
        var parsed: [Flag] = []
        var errors: [SettingsError] = []
        for flag in flags {
            guard let equals = flag.firstIndex(of: "="), equals != flag.startIndex else {
                // The text may be a secret in the wrong place: name only what stands before the first space.
                errors.append(SettingsError(key: String(flag.prefix(64)), origin: .flag, reason: .malformedFlag))
                continue
            }
            parsed.append(Flag(key: String(flag[..<equals]), value: String(flag[flag.index(after: equals)...])))
        }
        guard errors.isEmpty else { throw SettingsErrors(errors) }
        self.path = path
        self.environment = environment
        self.flags = parsed
        root = try SettingsNode.parse(yaml: yaml, path: path ?? "configuration")
    }

    /// Finds the file to read: `explicit`, else `$PATCHBAY_CONFIG`, else `patchbay.yaml` in the working directory.
    public static func defaultPath(explicit: String?, environment: [String: String]) -> String? {
        if let explicit { return explicit }
        if let named = environment["PATCHBAY_CONFIG"], !named.isEmpty { return named }
        return (try? FileBytes.read(path: "patchbay.yaml", limit: .max)) == nil ? nil : "patchbay.yaml"
    }
}

extension SettingsSource {
    /// Reads and checks what one process needs, and reports every error at once.
    ///
    /// The common keys (`run_dir`, `log`, …) are not read here: see ``CommonSettings``.
    ///
    /// - Parameters:
    ///   - sections: Top-level sections that `body` reads completely: any other key in them is an error. Sections of
    ///     other services may be in the file and are left alone.
    ///   - body: Reads every key, also those that do not matter in this run: a key not read counts as unknown.
    /// - Returns: What `body` made, and each setting with its origin.
    /// - Throws: ``SettingsErrors`` with every error found.
    public func read<Value>(
        sections: [String], _ body: (SettingsReader) throws -> Value
    ) throws(SettingsErrors) -> (value: Value, effective: [EffectiveSetting]) {
        let recorder = SettingsRecorder()
        var value: Value?
        do {
            value = try body(SettingsReader(source: self, recorder: recorder, path: []))
        } catch let thrown as SettingsErrors {
            recorder.record(thrown.errors)
        } catch let thrown as SettingsError {
            recorder.record([thrown])
        } catch {
            let key = sections.first ?? ""
            recorder.record([SettingsError(key: key, origin: .defaultValue, reason: .invalid("\(error)"))])
        }
        let (effective, errors) = recorder.finish(source: self, sections: sections)
        guard errors.isEmpty, let value else { throw SettingsErrors(errors) }
        return (value, effective)
    }

    func flag(_ key: String) -> String? {
        flags.last { $0.key == key }?.value
    }
}
