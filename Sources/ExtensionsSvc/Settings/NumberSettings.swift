import Hosting

/// Which numbers may be given.
///
/// Configuration keys, in `extensions.numbers`:
/// - `min_digits`, `max_digits` (int, default 3 and 6, range 1...15): where they differ, no number may be the beginning
///   of another.
/// - `reserved` (list, default empty): numbers that nobody gets.
/// - `emergency` (list, default the emergency numbers of most countries): the same, so that they can be kept apart.
/// - `ranges` (list of mappings, file only, default empty): `from`, `to` of one length, `team` who owns them; without
///   `team` they are anybody's. With any, other numbers cannot be given.
enum NumberSettings {
    static let emergency = ["000", "110", "111", "112", "113", "117", "118", "119", "911", "995", "999"]

    static func read(_ numbers: SettingsReader) -> DirectoryRules {
        var rules = DirectoryRules()
        let bounds = DirectoryRules.digitBounds
        let shortest = numbers.int("min_digits", default: 3, in: bounds)
        let longest = numbers.int("max_digits", default: 6, in: bounds)
        if shortest > longest {
            numbers.reject("max_digits", because: "it must not be less than min_digits.")
        } else {
            rules.digits = shortest...longest
        }
        rules.reserved =
            list("reserved", default: [], numbers) + list("emergency", default: emergency, numbers)
        rules.ranges = numbers.list("ranges").compactMap { range($0, digits: shortest...max(shortest, longest)) }
        return rules
    }

    private static func list(_ key: String, default fallback: [String], _ numbers: SettingsReader) -> [String] {
        let values = numbers.strings(key, default: fallback)
        if !values.allSatisfy(\.isDigits) { numbers.reject(key, because: "numbers are digits and nothing else.") }
        return values
    }

    private static func range(_ reader: SettingsReader, digits: ClosedRange<Int>) -> DirectoryRules.Range? {
        let from = reader.string("from", maxBytes: 64)
        let to = reader.string("to", maxBytes: 64)
        let team = reader.optionalString("team", maxBytes: RecordInput.teamBytes)
        guard from.isDigits, to.isDigits, from.utf8.count == to.utf8.count, from <= to,
            digits.contains(from.utf8.count)
        else {
            reader.reject("to", because: "from and to are digits of one allowed length, in this order.")
            return nil
        }
        return DirectoryRules.Range(from: from, to: to, team: team)
    }
}

extension String {
    /// Whether it is one or more of 0 to 9 and nothing else.
    var isDigits: Bool { !isEmpty && utf8.allSatisfy { (48...57).contains($0) } }
}
