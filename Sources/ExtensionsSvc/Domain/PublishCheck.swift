import Directory

/// Holds everything that is to be published against the rules.
///
/// The draft obeys the rules of the day on which it was edited; the configuration may have changed since.
enum PublishCheck {
    /// Problems that are listed at most.
    static let maxProblems = 100

    static func problems(_ entries: [DirectoryEntry], rules: DirectoryRules) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        var numbers: Set<String> = []
        for entry in entries {
            var content = ExtensionRecord.Content(entry, team: nil)
            // Teams are not published; whose range it is was judged when it was edited.
            problems += rules.judge(&content).map {
                FieldProblem(entry.number, String($0.code.dropFirst(11)), $0.detail)
            }
            if !numbers.insert(entry.number).inserted {
                problems.append(FieldProblem(entry.number, "number_taken", "Two records have this extension."))
            }
            if problems.count >= maxProblems { return problems }
        }
        guard rules.hasPrefixes else { return problems }
        for number in numbers where number.beginnings.contains(where: numbers.contains) {
            problems.append(
                FieldProblem(number, "number_ambiguous", "Another extension is the beginning of this one."))
            if problems.count >= maxProblems { break }
        }
        return problems
    }
}
