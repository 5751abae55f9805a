import Events

/// What the configuration demands of extensions: the numbers that may be given, and to whom.
struct DirectoryRules: Hashable, Sendable {
    /// Numbers of one length that belong to a team.
    struct Range: Hashable, Sendable {
        let from: String
        let to: String
        /// Nil: anybody's.
        let team: String?

        func contains(_ number: String) -> Bool {
            number.utf8.count == from.utf8.count && from <= number && number <= to
        }
    }

    /// Digits of the shortest and the longest number that can be configured.
    static let digitBounds = 1...15

    var digits: ClosedRange<Int> = 3...6
    /// Numbers that nobody gets: the operator's, emergency numbers.
    var reserved: [String] = []
    /// Empty: every number of the right length is anybody's.
    var ranges: [Range] = []
    /// Whether a worker has one extension at most.
    var isWorkerUnique = true

    /// Whether one number can be the beginning of another.
    var hasPrefixes: Bool { digits.lowerBound < digits.upperBound }

    /// What is wrong with a number and its team by themselves; the team that owns the number fills an absent one.
    func judge(_ content: inout ExtensionRecord.Content) -> [FieldProblem] {
        let number = content.number
        guard !number.isEmpty, number.utf8.allSatisfy({ (48...57).contains($0) }) else {
            return [FieldProblem("extension", "number_digits", "An extension is digits 0 to 9 and nothing else.")]
        }
        guard digits.contains(number.utf8.count) else {
            return [
                FieldProblem(
                    "extension", "number_length",
                    "An extension has \(digits.lowerBound) to \(digits.upperBound) digits, not \(number.utf8.count).")
            ]
        }
        guard !reserved.contains(number) else {
            return [FieldProblem("extension", "number_reserved", "This number is reserved and reaches nobody.")]
        }
        guard !ranges.isEmpty else { return [] }
        guard let range = ranges.first(where: { $0.contains(number) }) else {
            return [FieldProblem("extension", "number_range", "This number is in none of the configured ranges.")]
        }
        guard let owner = range.team else { return [] }
        if content.team == nil { content.team = owner }
        guard content.team == owner else {
            return [FieldProblem("team", "team_range", "This number belongs to a range of another team.")]
        }
        return []
    }

    /// The ranges where a team may look for a number, in their order; without any, all numbers of the shortest length.
    func searchRanges(team: String?) -> [Range] {
        guard ranges.isEmpty else { return ranges.filter { team == nil ? $0.team == nil : $0.team == team } }
        let count = digits.lowerBound
        // Numbers that begin with a zero are given by hand only.
        let first = count == 1 ? "1" : "1" + String(repeating: "0", count: count - 1)
        return [Range(from: first, to: String(repeating: "9", count: count), team: nil)]
    }

    var json: JSONValue {
        var object = JSONObject([
            ("minDigits", .number(JSONNumber(digits.lowerBound))),
            ("maxDigits", .number(JSONNumber(digits.upperBound))),
            ("reserved", .array(reserved.map { .string($0) })),
        ])
        object["ranges"] = .array(
            ranges.map { range in
                [
                    "from": .string(range.from), "to": .string(range.to),
                    "team": range.team.map { .string($0) } ?? .null,
                ]
            })
        object["uniqueWorker"] = .bool(isWorkerUnique)
        return .object(object)
    }
}
