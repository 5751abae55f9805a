internal import Yams

/// One place in the configuration file, with the line it stands on.
struct SettingsNode: Sendable {
    struct Entry: Sendable {
        let key: String
        let node: SettingsNode
    }

    enum Content: Sendable {
        /// `key:` with nothing behind it, `~` or `null`.
        case empty
        case scalar(String)
        case sequence([SettingsNode])
        case mapping([Entry])
    }

    let content: Content
    /// Counted from 1; 0 where the parser did not say.
    let line: Int

    var shape: String {
        switch content {
        case .empty: "nothing"
        case .scalar: "a single value"
        case .sequence: "a list"
        case .mapping: "a section"
        }
    }

    var isEmpty: Bool {
        if case .empty = content { true } else { false }
    }

    var entries: [Entry] {
        guard case .mapping(let entries) = content else { return [] }
        return entries
    }

    func child(_ key: String) -> SettingsNode? {
        switch content {
        case .mapping(let entries): entries.first { $0.key == key }?.node
        case .sequence(let items): Int(key).flatMap { items.indices.contains($0) ? items[$0] : nil }
        case .empty, .scalar: nil
        }
    }

    func descendant(_ path: some Sequence<String>) -> SettingsNode? {
        var node = self
        for key in path {
            guard let next = node.child(key) else { return nil }
            node = next
        }
        return node
    }
}

extension SettingsNode {
    static let nothing = SettingsNode(content: .empty, line: 0)

    /// Parses YAML text; `path` is only for the error.
    ///
    /// Uses the resolver without rules: the others compile regular expressions, which costs a megabyte of memory,
    /// and types are decided by the key that is read, not by how the value looks.
    static func parse(yaml: String, path: String) throws(SettingsErrors) -> SettingsNode {
        do {
            guard let root = try Yams.compose(yaml: yaml, .basic) else { return .nothing }
            let node = try SettingsNode(root, path: path)
            switch node.content {
            case .mapping, .empty: return node
            case .scalar, .sequence:
                throw SettingsErrors(
                    SettingsError(
                        key: "", origin: .file(path: path, line: node.line),
                        reason: .malformedFile("the top level must be sections, found \(node.shape)")))
            }
        } catch let errors as SettingsErrors {
            throw errors
        } catch let error as YamlError {
            throw SettingsErrors(Self.settingsError(error, path: path))
        } catch {
            throw SettingsErrors(
                SettingsError(
                    key: "", origin: .file(path: path, line: 0), reason: .malformedFile("not readable as YAML")))
        }
    }

    /// Turns the parser's error into ours, leaving out the text it quotes: it may hold a secret.
    private static func settingsError(_ error: YamlError, path: String) -> SettingsError {
        let (line, text): (Int, String)
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            (line, text) = (mark.line, problem)
        case .duplicatedKeysInMapping(let duplicates, let context):
            (line, text) = (context.mark.line, "written twice: \(duplicates.joined(separator: ", "))")
        case .reader(let problem, _, _, _):
            (line, text) = (0, problem)
        default:
            (line, text) = (0, "not readable as YAML")
        }
        return SettingsError(key: "", origin: .file(path: path, line: line), reason: .malformedFile(text))
    }

    private init(_ node: Node, path: String) throws {
        line = node.mark?.line ?? 0
        switch node {
        case .scalar(let scalar):
            let isNull = scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
            content = isNull ? .empty : .scalar(scalar.string)
        case .sequence(let sequence):
            content = .sequence(try sequence.map { try SettingsNode($0, path: path) })
        case .mapping(let mapping):
            content = .mapping(
                try mapping.map { key, value in
                    guard let name = key.string, !name.isEmpty else {
                        throw SettingsErrors(
                            SettingsError(
                                key: "", origin: .file(path: path, line: key.mark?.line ?? 0),
                                reason: .malformedFile("a key must be a plain word")))
                    }
                    return Entry(key: name, node: try SettingsNode(value, path: path))
                })
        case .alias:
            throw SettingsErrors(
                SettingsError(
                    key: "", origin: .file(path: path, line: node.mark?.line ?? 0),
                    reason: .malformedFile("aliases are not supported")))
        }
    }
}
