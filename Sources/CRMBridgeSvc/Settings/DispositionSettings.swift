import Events
import Hosting

/// How agents say what came of an interaction, by queue.
///
/// Configuration keys, in `crm.dispositions` (a list of mappings, file only, default empty):
/// - `queue` (string): the queue's name, or `*` for all others.
/// - `required` (bool, default false): whether an interaction can be completed without a code.
/// - `codes` (strings): `code=Label`; with `*` at the end the code needs notes.
struct DispositionSettings: Hashable, Sendable {
    struct Code: Hashable, Sendable {
        let code: String
        let label: String
        let requiresNotes: Bool

        /// Reads `code=Label*`.
        init(_ text: String) {
            let needsNotes = text.hasSuffix("*")
            let parts = (needsNotes ? text.dropLast() : text[...]).split(separator: "=", maxSplits: 1)
            code = parts.first.map { String($0) } ?? ""
            label = parts.count > 1 ? String(parts[1]) : code
            requiresNotes = needsNotes
        }

        var json: JSONValue {
            ["code": .string(code), "label": .string(label), "requiresNotes": .bool(requiresNotes)]
        }
    }

    struct Rule: Hashable, Sendable {
        var isRequired = false
        var codes: [Code] = []

        var json: JSONValue { ["required": .bool(isRequired), "codes": .array(codes.map(\.json))] }
    }

    private(set) var rules: [String: Rule] = [:]

    init(_ rules: [String: Rule] = [:]) { self.rules = rules }

    init(reader: SettingsReader) {
        for item in reader.list("dispositions") {
            let queue = item.string("queue", maxBytes: 256)
            rules[queue] = Rule(
                isRequired: item.bool("required", default: false), codes: item.strings("codes").map { Code($0) })
        }
    }

    /// The rule of a queue.
    func rule(of queue: String?) -> Rule {
        queue.flatMap { rules[$0] } ?? rules["*"] ?? Rule()
    }
}
