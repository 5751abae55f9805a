import Events

/// Decides a whole file against the draft: a report for each row, and the changes.
struct ImportPlan: Sendable {
    /// Rows that a report lists, refused ones first.
    static let maxReported = 1_000
    /// Rows of one file.
    static let maxRows = 100_000
    /// How often the rest is decided anew without what was refused.
    static let maxRounds = 8

    enum Outcome: String, Hashable, Sendable, CaseIterable {
        case created, updated, unchanged, deleted, refused
    }

    /// What becomes of one row, or of a record that the file does not name (row 0).
    struct Row: Hashable, Sendable {
        let row: Int
        let number: String
        let outcome: Outcome
        let problems: [FieldProblem]
    }

    let rows: [Row]
    /// Empty where anything is refused and that is not allowed.
    let changes: [RecordChange]
    let isRefused: Bool

    /// Plans an import.
    ///
    /// - Parameters:
    ///   - file: The rows, at most ``maxRows``.
    ///   - mode: What becomes of records that they do not name.
    ///   - isPartial: Whether the rest is done when rows are refused.
    ///   - draft: As it is.
    ///   - rules: What is allowed.
    ///   - stamp: Who imports, and when.
    ///   - random: For ids of new records.
    init(
        _ file: [ImportRow], mode: ImportMode, isPartial: Bool, draft: Draft, rules: DirectoryRules,
        stamp: EditPlan.Stamp, using random: inout some RandomNumberGenerator
    ) {
        var reports: [Row] = []
        var open: [(row: ImportRow, edit: Edit)] = []
        var named: [String: Int] = [:]
        for row in file {
            let number = row.number ?? ""
            if let first = named[number], !number.isEmpty {
                let problem = FieldProblem("extension", "row_repeated", "Row \(first) has this extension already.")
                reports.append(Row(row: row.row, number: number, outcome: .refused, problems: [problem]))
                continue
            }
            named[number] = row.row
            let current = draft.record(number: number)
            let input = row.input(over: current)
            if !input.problems.isEmpty {
                reports.append(Row(row: row.row, number: number, outcome: .refused, problems: input.problems))
            } else {
                let edit = current.map { Edit.update($0.id, expecting: $0.revision, input) } ?? .create(input)
                open.append((row, edit))
            }
        }
        // Records of refused rows stay: the file does name them.
        let deletions =
            mode == .merge
            ? [] : draft.records.values.filter { named[$0.number] == nil }.sorted { $0.number < $1.number }
        let deletionEdits = deletions.map { Edit.delete($0.id, expecting: $0.revision) }

        var changes: [RecordChange] = []
        for round in 0..<Self.maxRounds {
            let plan = EditPlan(
                open.map(\.edit) + deletionEdits, draft: draft, rules: rules, stamp: stamp, using: &random)
            if !plan.isRefused {
                changes = plan.changes
                reports += zip(open, plan.outcomes).compactMap { Self.report($0.row, $1) }
                break
            }
            let isLast = round == Self.maxRounds - 1
            var rest: [(row: ImportRow, edit: Edit)] = []
            for (entry, outcome) in zip(open, plan.outcomes) {
                if case .success = outcome, !isLast {
                    rest.append(entry)
                } else {
                    reports.append(Self.refused(entry.row, outcome))
                }
            }
            open = rest
        }
        reports += deletions.map { Row(row: 0, number: $0.number, outcome: .deleted, problems: []) }
        let isRefused = reports.contains { $0.outcome == .refused } && !isPartial
        self.isRefused = isRefused
        self.changes = isRefused ? [] : changes
        rows = reports
    }

    private static func report(_ row: ImportRow, _ outcome: EditPlan.Outcome) -> Row? {
        guard case .success(let change) = outcome else { return refused(row, outcome) }
        let result: Outcome =
            change.before == nil ? .created : change.before == change.after ? .unchanged : .updated
        return Row(row: row.row, number: row.number ?? "", outcome: result, problems: [])
    }

    private static func refused(_ row: ImportRow, _ outcome: EditPlan.Outcome) -> Row {
        var problems = [FieldProblem("", "row_undecided", "Too many rows depend on each other; import fewer at once.")]
        if case .failure(let refused) = outcome {
            switch refused.reason {
            case .invalid(let found): problems = found
            case .numberTaken:
                problems = [FieldProblem("extension", "number_taken", "Another record has this extension.")]
            case .workerTaken(let owner):
                problems = [
                    FieldProblem(
                        "target.workerSid", "worker_taken", "Extension \(owner.number) reaches this worker already.")
                ]
            case .changedMeanwhile, .notFound:
                problems = [FieldProblem("", "changed_meanwhile", "Somebody has changed the record meanwhile.")]
            }
        }
        return Row(row: row.row, number: row.number ?? "", outcome: .refused, problems: problems)
    }

    /// How many rows ended how.
    var counts: JSONValue {
        var counts: [Outcome: Int] = [:]
        for row in rows { counts[row.outcome, default: 0] += 1 }
        return .object(
            JSONObject(Outcome.allCases.map { ($0.rawValue, .number(JSONNumber(counts[$0] ?? 0))) }))
    }

    /// The report, shortened: refused rows first, what stays as it is last.
    var report: JSONValue {
        let order: [Outcome] = [.refused, .created, .updated, .deleted, .unchanged]
        var listed: [Row] = []
        for outcome in order where listed.count < Self.maxReported {
            listed += rows.lazy.filter { $0.outcome == outcome }.prefix(Self.maxReported - listed.count)
        }
        return .array(
            listed.map { row in
                [
                    "row": .number(JSONNumber(row.row)), "outcome": .string(row.outcome.rawValue),
                    "extension": .string(row.number.cut(toBytes: 64)), "errors": .array(row.problems.map(\.json)),
                ]
            })
    }
}
