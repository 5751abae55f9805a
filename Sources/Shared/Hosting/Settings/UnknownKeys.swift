/// Finds keys in file, environment and flags that no service asked for: nearly always a spelling mistake.
struct UnknownKeys {
    let source: SettingsSource
    let sections: [String]
    let known: Set<String>

    func errors() -> [SettingsError] {
        inFile() + inEnvironment() + inFlags()
    }

    private var path: String { source.path ?? "configuration" }

    private func inFile() -> [SettingsError] {
        var errors: [SettingsError] = []
        for entry in source.root.entries {
            if owns(entry.key) {
                walk(entry.node, key: entry.key, into: &errors)
            } else if !isTopLevel(entry.key) {
                errors.append(
                    SettingsError(
                        key: entry.key, origin: .file(path: path, line: entry.node.line),
                        reason: .unknownSection(known: SettingsKey.common + SettingsKey.sections)))
            }
        }
        return errors
    }

    private func walk(_ node: SettingsNode, key: String, into errors: inout [SettingsError]) {
        guard !known.contains(key) else { return }
        guard knowsBelow(key) || sections.contains(key) else {
            errors.append(unknown(key, .file(path: path, line: node.line)))
            return
        }
        switch node.content {
        case .mapping(let entries):
            for entry in entries {
                walk(entry.node, key: "\(key).\(entry.key)", into: &errors)
            }
        case .sequence(let items) where !sections.contains(key):
            for (index, item) in items.enumerated() {
                walk(item, key: "\(key).\(index)", into: &errors)
            }
        case .scalar, .sequence:
            errors.append(
                SettingsError(
                    key: key, origin: .file(path: path, line: node.line),
                    reason: .wrongType(expected: "a section, found \(node.shape)")))
        case .empty: break
        }
    }

    private func inEnvironment() -> [SettingsError] {
        let variables = Set(known.map(SettingsKey.variable))
        let prefixes = sections.map { SettingsKey.variable($0) + "_" }
        return source.environment.keys.sorted().compactMap { name in
            guard prefixes.contains(where: name.hasPrefix), !variables.contains(name), !isKubernetesLink(name) else {
                return nil
            }
            let nearest = SettingsKey.nearest(to: name, among: variables)
            return SettingsError(
                key: name, origin: .environment(variable: name), reason: .unknownKey(suggestion: nearest))
        }
    }

    private func inFlags() -> [SettingsError] {
        source.flags.compactMap { flag in
            let section = String(flag.key.prefix { $0 != "." })
            guard isTopLevel(section) else {
                return SettingsError(
                    key: section, origin: .flag,
                    reason: .unknownSection(known: SettingsKey.common + SettingsKey.sections))
            }
            guard owns(section), !known.contains(flag.key) else { return nil }
            return unknown(flag.key, .flag)
        }
    }

    /// Kubernetes sets `<SERVICE>_SERVICE_HOST`, `<SERVICE>_PORT=tcp://…` and the like for each Service of the
    /// namespace; one called `patchbay-gateway` would otherwise look like settings of ours.
    private func isKubernetesLink(_ name: String) -> Bool {
        if name.hasSuffix("_SERVICE_HOST") || name.contains("_SERVICE_PORT") { return true }
        if name.contains("_PORT_"), name.contains("_TCP") || name.contains("_UDP") { return true }
        return KubernetesLink.isAddress(source.environment[name] ?? "") && name.hasSuffix("_PORT")
    }

    private func unknown(_ key: String, _ origin: SettingOrigin) -> SettingsError {
        let parent = key.split(separator: ".").dropLast().joined(separator: ".") + "."
        let siblings = known.filter { $0.hasPrefix(parent) }
        return SettingsError(
            key: key, origin: origin,
            reason: .unknownKey(suggestion: SettingsKey.nearest(to: key, among: siblings)))
    }

    private func knowsBelow(_ key: String) -> Bool {
        let prefix = key + "."
        return known.contains { $0.hasPrefix(prefix) }
    }

    private func owns(_ section: String) -> Bool {
        sections.contains(section) || known.contains(section) || knowsBelow(section)
    }

    private func isTopLevel(_ key: String) -> Bool {
        SettingsKey.common.contains(key) || SettingsKey.sections.contains(key)
    }
}

/// What Kubernetes puts into `<SERVICE>_PORT`.
enum KubernetesLink {
    static func isAddress(_ value: String) -> Bool {
        ["tcp://", "udp://", "sctp://"].contains(where: value.hasPrefix)
    }
}
