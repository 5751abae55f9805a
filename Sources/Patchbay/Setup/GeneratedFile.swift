/// A configuration file that `patchbay up` has made, seen later: whether somebody has edited it, and what it says.
///
/// Its second line names the version of its form and a hash of all that follows. Files of the first version have none; they
/// count as untouched when every value in them is still the one that is made now.
struct GeneratedFile: Sendable {
    private static let mark = "# Form "

    let text: String
    /// 1 for a file without a stamp.
    let version: Int
    /// Nil for a file without a stamp.
    private let isAsMade: Bool?

    init(_ text: String) {
        self.text = text
        let lines = text.split(separator: "\n", maxSplits: 2, omittingEmptySubsequences: false)
        let words = lines.count == 3 ? lines[1].dropFirst(Self.mark.count).split(separator: " ") : []
        guard lines.count == 3, lines[1].hasPrefix(Self.mark), words.count == 2, let version = Int(words[0]) else {
            version = 1
            isAsMade = nil
            return
        }
        self.version = version
        isAsMade = words[1] == Self.hash(lines[2])
    }

    /// A file with its stamp.
    static func stamped(_ body: String, title: String, version: Int) -> String {
        "# \(title)\n\(mark)\(version) \(hash(body[...]))\n\(body)"
    }

    /// Whether nobody has edited it.
    ///
    /// - Parameter next: What would be made now, with the same names and SIDs.
    /// - Returns: False also when that cannot be told.
    func isUntouched(next: GeneratedFile) -> Bool {
        if let isAsMade { return isAsMade }
        let values = next.values
        return self.values.allSatisfy { values[$0.key] == $0.value }
    }

    /// The parts of another file that this one lacks, each by the shortest name that is not here: `crm`, `gateway.panel`.
    func parts(missingFrom next: GeneratedFile) -> [String] {
        let here = Set(values.keys.flatMap(Self.prefixes))
        let missing = next.values.keys.compactMap { key in Self.prefixes(of: key).first { !here.contains($0) } }
        return Set(missing).sorted()
    }

    /// Every value by its dotted name: of the plain block form that is made here, not of all YAML.
    var values: [String: String] {
        var found: [String: String] = [:]
        var path: [(indent: Int, key: String)] = []
        var items: [Int: Int] = [:]
        for line in text.split(separator: "\n") {
            var indent = line.prefix { $0 == " " }.count
            var content = line.dropFirst(indent)
            if content.isEmpty || content.first == "#" { continue }
            path.removeAll { $0.indent >= indent }
            items = items.filter { $0.key <= indent }
            if content.hasPrefix("- ") {
                items[indent, default: -1] += 1
                path.append((indent, String(items[indent, default: 0])))
                indent += 2
                content = content.dropFirst(2)
            }
            guard let colon = content.firstIndex(of: ":") else { continue }
            let value = content[content.index(after: colon)...].drop { $0 == " " }
            path.append((indent, String(content[..<colon])))
            if !value.isEmpty { found[path.map(\.key).joined(separator: ".")] = String(value) }
        }
        return found
    }

    private static func prefixes(of key: String) -> [String] {
        let parts = key.split(separator: ".")
        return parts.indices.map { parts[...$0].joined(separator: ".") }
    }

    /// FNV-1a, 64 bits: tells an edit, not an attack.
    private static func hash(_ text: Substring) -> String {
        let value = text.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return String(value, radix: 16)
    }
}
