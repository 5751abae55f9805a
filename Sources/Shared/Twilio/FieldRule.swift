/// How one parameter of a webhook is carried over.
struct FieldRule: Sendable {
    /// What a parameter's text means.
    enum Kind: Sendable {
        case text, integer, boolean
        /// JSON in a string, written as the object or array it holds.
        case json
        /// About the delivery, not the fact: left out, so that a retry gives the same document.
        case delivery
    }

    /// The provider's name.
    let name: String
    /// `"name":` as it stands in the data.
    let member: [UInt8]
    let kind: Kind

    init(_ name: String, _ kind: Kind, as output: String? = nil) {
        self.name = name
        self.kind = kind
        member = Array("\"\(output ?? Self.camelCase(name))\":".utf8)
    }

    /// `TaskSid` → `taskSid`, `MessagingBinding.Address` → `messagingBindingAddress`.
    static func camelCase(_ name: String) -> String {
        let joined = name.split(separator: ".").joined()
        return joined.prefix(1).lowercased() + joined.dropFirst()
    }
}

/// The parameters one family knows, sorted by name for a merge with a sorted form.
struct FieldTable: Sendable {
    let rules: [FieldRule]
    /// The names, one after the other, with ``ends`` to tell them apart.
    private let names: [UInt8]
    private let ends: [Int]
    private let prefixes: [UInt64]

    init(_ rules: [FieldRule]) {
        let sorted = rules.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        self.rules = sorted
        var names: [UInt8] = []
        var ends: [Int] = []
        for rule in sorted {
            names.append(contentsOf: rule.name.utf8)
            ends.append(names.count)
        }
        self.names = names
        self.ends = ends
        prefixes = names.withUnsafeBytes { base in
            ends.indices.map { Bytes.prefix(base, ($0 == 0 ? 0 : ends[$0 - 1])..<ends[$0]) }
        }
        precondition(Set(rules.map(\.name)).count == rules.count, "a parameter has two rules")
    }

    /// The position of a parameter's rule.
    func index(of name: String) -> Int {
        guard let index = rules.firstIndex(where: { $0.name == name }) else {
            preconditionFailure("no rule for the parameter \(name)")
        }
        return index
    }

    /// For each entry of the form the rule of its name, or -1: one merge over both sorted lists.
    func match(_ form: FormParameters) -> [Int16] {
        form.bytes.withUnsafeBytes { base in
            names.withUnsafeBytes { names in
                [Int16](unsafeUninitializedCapacity: form.entries.count) { matched, count in
                    var rule = 0
                    for (index, entry) in form.entries.enumerated() {
                        var order = -1
                        while rule < ends.count {
                            order = compare(rule, names, entry, base)
                            if order >= 0 { break }
                            rule += 1
                        }
                        matched[index] = rule < ends.count && order == 0 ? Int16(rule) : -1
                    }
                    count = form.entries.count
                }
            }
        }
    }

    @inline(__always)
    private func compare(
        _ rule: Int, _ names: UnsafeRawBufferPointer, _ entry: FormParameters.Entry, _ base: UnsafeRawBufferPointer
    ) -> Int {
        if prefixes[rule] != entry.prefix { return prefixes[rule] < entry.prefix ? -1 : 1 }
        let start = rule == 0 ? 0 : ends[rule - 1]
        return Bytes.compare(
            UnsafeRawBufferPointer(rebasing: names[start..<ends[rule]]),
            UnsafeRawBufferPointer(rebasing: base[entry.nameRange]))
    }
}
