/// Reads settings of one section, with their defaults and limits.
///
/// ```swift
/// let broker = reader.section("broker")
/// maxEventBytes = broker.int("max_event_bytes", default: 1_048_576, in: 1...16_777_216)
/// ackWait = broker.duration("ack_wait_ms", default: .seconds(30), in: .milliseconds(100)...(.seconds(3600)))
/// ```
///
/// Reading never throws: a wrong value is recorded, the default is handed out instead, and
/// ``SettingsSource/read(sections:_:)`` throws all errors together, so that nothing is built on a stand-in. Read every
/// key in every run, never under a condition: a key that nobody reads is reported as unknown.
public struct SettingsReader: Sendable {
    /// The values found, and where, before they are understood.
    struct Found {
        let text: String
        let origin: SettingOrigin
    }

    let source: SettingsSource
    let recorder: SettingsRecorder
    let path: [String]

    /// The process's environment, for defaults that depend on it.
    public var environment: [String: String] { source.environment }

    /// Full dotted key of a key of this section.
    public func key(_ name: String) -> String {
        (path + [name]).joined(separator: ".")
    }

    /// The section `name` inside this one; it need not be in the file.
    public func section(_ name: String) -> SettingsReader {
        SettingsReader(source: source, recorder: recorder, path: path + [name])
    }

    /// The entries of a section whose keys are names chosen by the user, such as `gateway.projects.<name>`.
    ///
    /// Names come from the file and from flags. The environment overrides values of names that are there, and cannot
    /// add one: `PATCHBAY_GATEWAY_PROJECTS_A_B_TOKEN` does not say where the name ends.
    ///
    /// - Returns: Names in the file's order, then those only flags have, each with the reader of its section.
    public func keyed(_ name: String) -> [(name: String, reader: SettingsReader)] {
        let section = section(name)
        recorder.know(section.key("") + "*")
        var names: [String] = []
        if let node = source.root.descendant(section.path) {
            switch node.content {
            case .mapping(let entries): names = entries.map(\.key)
            case .empty: break
            case .scalar, .sequence: reject(shape: node, name, expected: "a section of named entries")
            }
        }
        let prefix = section.key("")
        for flag in source.flags where flag.key.hasPrefix(prefix) {
            let name = String(flag.key.dropFirst(prefix.count).prefix { $0 != "." })
            if !name.isEmpty, !names.contains(name) { names.append(name) }
        }
        return names.map { ($0, section.section($0)) }
    }

    /// The items of a list of sections, such as `gateway.routes`; only the file can give one.
    public func list(_ name: String) -> [SettingsReader] {
        let section = section(name)
        recorder.know(section.key("") + "*")
        guard let node = source.root.descendant(section.path) else { return [] }
        switch node.content {
        case .sequence(let items): return items.indices.map { section.section(String($0)) }
        case .empty: return []
        case .scalar, .mapping:
            reject(shape: node, name, expected: "a list of sections")
            return []
        }
    }

    /// Records that a value, although well formed, breaks a rule of the service.
    ///
    /// Call it after the key was read; the value is printed unless it is a secret.
    public func reject(_ name: String, because rule: String) {
        let (value, origin) = recorder.origin(of: key(name))
        recorder.record([SettingsError(key: key(name), value: value, origin: origin, reason: .invalid(rule))])
    }
}

extension SettingsReader {
    /// The text of a single value, by precedence.
    func find(_ name: String) -> Found? {
        let key = key(name)
        if let text = source.flag(key) { return Found(text: text, origin: .flag) }
        let variable = SettingsKey.variable(key)
        if let text = environmentValue(variable) {
            return Found(text: text, origin: .environment(variable: variable))
        }
        guard let node = source.root.descendant(path + [name]) else { return nil }
        switch node.content {
        case .scalar(let text): return Found(text: text, origin: fileOrigin(node))
        case .empty: return nil
        case .mapping, .sequence:
            recorder.know(key)
            reject(shape: node, name, expected: "a single value")
            return nil
        }
    }

    func environmentValue(_ variable: String) -> String? {
        guard let text = source.environment[variable] else { return nil }
        return variable.hasSuffix("_PORT") && KubernetesLink.isAddress(text) ? nil : text
    }

    func fileOrigin(_ node: SettingsNode) -> SettingOrigin {
        .file(path: source.path ?? "configuration", line: node.line)
    }

    func reject(shape node: SettingsNode, _ name: String, expected: String) {
        recorder.record([
            SettingsError(
                key: key(name), origin: fileOrigin(node),
                reason: .wrongType(expected: "\(expected), found \(node.shape)"))
        ])
    }

    func effective(_ name: String, _ value: String, _ origin: SettingOrigin, isSecret: Bool = false) {
        recorder.record(EffectiveSetting(key: key(name), value: value, origin: origin, isSecret: isSecret))
    }
}
