import Directory
import Events

/// Decides edits against the draft at one revision: what changes, or why not; all of them or none.
///
/// What it decides holds if nobody changes the draft in between, which the compare-and-set on the draft's head assures.
struct EditPlan: Sendable {
    /// Who is written into the records, and when.
    struct Stamp: Sendable {
        let by: String
        let at: Timestamp
    }

    /// What became of one edit: the record as it will be, nil after a deletion.
    typealias Outcome = Result<RecordChange, Refused>

    struct Refused: Error, Hashable {
        let reason: EditRefusal
    }

    /// One for each edit.
    private(set) var outcomes: [Outcome] = []

    private let draft: Draft
    private let rules: DirectoryRules
    /// Records that leave their number and worker.
    private var replaced: [RecordID: ExtensionRecord] = [:]
    private var numbers: [String: ExtensionRecord] = [:]
    private var workers: [WorkerSID: ExtensionRecord] = [:]
    private var continuations: [String: Int] = [:]
    /// The same of records that leave their number.
    private var leaving: [String: Int] = [:]
    private var drawn: Set<RecordID> = []
    private var lastID: RecordID?

    /// Plans edits.
    ///
    /// - Parameters:
    ///   - edits: What is wanted.
    ///   - draft: As it is.
    ///   - rules: What is allowed.
    ///   - stamp: Who asks, and when.
    ///   - random: For the ids of new records.
    init(
        _ edits: [Edit], draft: Draft, rules: DirectoryRules, stamp: Stamp,
        using random: inout some RandomNumberGenerator
    ) {
        self.draft = draft
        self.rules = rules
        let drawn = edits.map { propose($0, stamp: stamp, using: &random) }
        outcomes = drawn.map { proposal in
            switch proposal {
            case .failure: return proposal
            case .success(let change): return judge(change)
            }
        }
    }

    /// Those that change something, in order.
    var changes: [RecordChange] {
        outcomes.compactMap { outcome in
            guard case .success(let change) = outcome, change.before != change.after else { return nil }
            return change
        }
    }

    var isRefused: Bool {
        outcomes.contains {
            if case .failure = $0 { true } else { false }
        }
    }

    /// The change that an edit asks for, without a look at other records; claims its number.
    private mutating func propose(
        _ edit: Edit, stamp: Stamp, using random: inout some RandomNumberGenerator
    ) -> Outcome {
        let before: ExtensionRecord?
        let input: RecordInput?
        var id: RecordID?
        switch edit {
        case .create(let wanted): (before, input) = (nil, wanted)
        case .update(let id, let revision, let wanted):
            guard let current = draft.record(id), current.revision == revision else {
                if draft.record(id) != nil, !wanted.problems.isEmpty { return refuse(.invalid(wanted.problems)) }
                return refuse(
                    .changedMeanwhile(current: draft.record(id), yours: wanted.content, expecting: revision))
            }
            (before, input) = (current, wanted)
        case .delete(let id, let revision):
            guard let current = draft.record(id), current.revision == revision else {
                guard let current = draft.record(id) else { return refuse(.notFound) }
                return refuse(.changedMeanwhile(current: current, yours: nil, expecting: revision))
            }
            (before, input) = (current, nil)
        case .restore(let old, let wanted):
            // Somebody may have brought it back already.
            guard draft.record(old) == nil, drawn.insert(old).inserted else {
                return refuse(.changedMeanwhile(current: draft.record(old), yours: wanted.content, expecting: 0))
            }
            (before, input, id) = (nil, wanted, old)
        }
        if let before {
            guard replaced.updateValue(before, forKey: before.id) == nil else {
                return refuse(.invalid([FieldProblem("id", "edited_twice", "Each record may be edited once.")]))
            }
            for beginning in before.number.beginnings { leaving[beginning, default: 0] += 1 }
        }
        guard let input else { return .success(RecordChange(before: before, after: nil)) }
        return propose(input, for: before, id: id, stamp: stamp, using: &random)
    }

    private mutating func propose(
        _ input: RecordInput, for before: ExtensionRecord?, id: RecordID?, stamp: Stamp,
        using random: inout some RandomNumberGenerator
    ) -> Outcome {
        guard var content = input.content else { return refuse(.invalid(input.problems)) }
        let problems = rules.judge(&content)
        guard problems.isEmpty else { return refuse(.invalid(problems)) }
        if let before, before.content == content { return claim(RecordChange(before: before, after: before)) }
        let after = ExtensionRecord(
            id: before?.id ?? id ?? newID(at: stamp.at, using: &random), content: content, updatedBy: stamp.by,
            updatedAt: stamp.at, revision: draft.revision + 1)
        return claim(RecordChange(before: before, after: after))
    }

    private mutating func newID(at time: Timestamp, using random: inout some RandomNumberGenerator) -> RecordID {
        var id = lastID?.next ?? RecordID(now: time, using: &random)
        while draft.record(id) != nil || !drawn.insert(id).inserted { id = id.next }
        lastID = id
        return id
    }

    /// Gives a number and a worker to the first that asks among the edits.
    private mutating func claim(_ change: RecordChange) -> Outcome {
        guard let after = change.after else { return .success(change) }
        if let owner = numbers[after.number] { return refuse(.numberTaken(owner: owner)) }
        if rules.isWorkerUnique, let worker = after.worker {
            if let owner = workers[worker] { return refuse(.workerTaken(owner: owner)) }
            workers[worker] = after
        }
        numbers[after.number] = after
        for beginning in after.number.beginnings { continuations[beginning, default: 0] += 1 }
        return .success(change)
    }

    /// Holds a change against the records that stay, and against the other edits.
    private func judge(_ change: RecordChange) -> Outcome {
        guard let after = change.after, change.before != change.after || change.before == nil else {
            return .success(change)
        }
        if let owner = stayingOwner(of: after.number), owner.id != after.id {
            return refuse(.numberTaken(owner: owner))
        }
        if rules.isWorkerUnique, let worker = after.worker,
            let owner = draft.records(worker: worker).first(where: { replaced[$0.id] == nil && $0.id != after.id })
        {
            return refuse(.workerTaken(owner: owner))
        }
        if rules.hasPrefixes, isAmbiguous(after.number) {
            return refuse(
                .invalid([
                    FieldProblem(
                        "extension", "number_ambiguous",
                        "It is the beginning of another extension, or another is its beginning: "
                            + "whoever dials would have to wait to be understood.")
                ]))
        }
        return .success(change)
    }

    /// Who has a number and keeps it.
    private func stayingOwner(of number: String) -> ExtensionRecord? {
        guard let owner = draft.record(number: number), replaced[owner.id] == nil else { return nil }
        return owner
    }

    private func isAmbiguous(_ number: String) -> Bool {
        if number.beginnings.contains(where: { numbers[$0] != nil || stayingOwner(of: $0) != nil }) { return true }
        return draft.continuations(of: number) - (leaving[number] ?? 0) + (continuations[number] ?? 0) > 0
    }

    private func refuse(_ reason: EditRefusal) -> Outcome { .failure(Refused(reason: reason)) }
}
