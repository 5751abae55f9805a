import Events

/// Who acts, as the Gateway has authenticated them.
struct Editor: Hashable, Sendable {
    enum Role: String, Hashable, Sendable, CaseIterable {
        case agent, supervisor, admin

        /// Whether this role changes and publishes the directory; agents read it.
        var mayEdit: Bool { self != .agent }
    }

    /// Bytes of a subject and of a name that are kept.
    static let maxBytes = 256

    let subject: String
    let name: String
    let role: Role

    init(subject: String, name: String, role: Role) {
        self.subject = subject
        self.name = name
        self.role = role
    }

    /// Reads `{"sub":…,"name":…,"role":…}`; nil when the role or the subject is missing.
    init?(_ json: JSONValue?) {
        guard let subject = json?["sub"]?.string, !subject.isEmpty,
            let role = json?["role"]?.string.flatMap(Role.init(rawValue:))
        else { return nil }
        self.subject = subject.cut(toBytes: Self.maxBytes)
        self.role = role
        let name = json?["name"]?.string ?? ""
        self.name = (name.isEmpty ? subject : name).cut(toBytes: Self.maxBytes)
    }

    var json: JSONValue {
        ["sub": .string(subject), "name": .string(name), "role": .string(role.rawValue)]
    }
}

extension String {
    /// The beginning that fits into so many bytes, whole characters.
    func cut(toBytes limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var text = ""
        for character in self {
            guard text.utf8.count + character.utf8.count <= limit else { break }
            text.append(character)
        }
        return text
    }
}
