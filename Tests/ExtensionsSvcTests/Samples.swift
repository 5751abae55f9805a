import Directory
import Events
import TestSupport

@testable import ExtensionsSvc

/// Records by the dozen.
enum Samples {
    static let noon = Timestamp(unixNanoseconds: 1_790_000_000_000_000_000)
    static let stamp = EditPlan.Stamp(by: "Sofia", at: noon)
    static let editor = Editor(subject: "u-1", name: "Sofia", role: .supervisor)

    static func worker(_ number: Int) -> WorkerSID {
        let digits = String(number, radix: 16)
        guard let sid = try? WorkerSID("WK" + String(repeating: "0", count: 32 - digits.utf8.count) + digits) else {
            preconditionFailure("no SID")
        }
        return sid
    }

    static func content(
        _ number: String, worker: Int? = nil, name: String = "Ana Ruiz", team: String? = nil
    ) -> ExtensionRecord.Content {
        .init(
            number: number,
            target: worker.map { .worker(sid: Self.worker($0), name: name) } ?? .queue(name: "Sales"),
            spokenName: name, fallback: nil, validUntil: nil, team: team)
    }

    static func input(_ number: String, worker: Int? = nil, name: String = "Ana Ruiz") -> RecordInput {
        RecordInput(content: content(number, worker: worker, name: name))
    }

    /// A draft that came about by creating these records one after the other.
    static func draft(_ contents: [ExtensionRecord.Content], rules: DirectoryRules = rules) -> Draft {
        var draft = Draft()
        var random = SeededGenerator(seed: 7)
        for content in contents {
            let plan = EditPlan(
                [.create(RecordInput(content: content))], draft: draft, rules: rules, stamp: stamp, using: &random)
            draft.apply(plan.changes, revision: draft.revision + 1)
        }
        return draft
    }

    static let rules = DirectoryRules(digits: 3...6)
}

extension DirectoryRules {
    init(digits: ClosedRange<Int>, reserved: [String] = ["112"], ranges: [Range] = [], isWorkerUnique: Bool = true) {
        self.init()
        self.digits = digits
        self.reserved = reserved
        self.ranges = ranges
        self.isWorkerUnique = isWorkerUnique
    }
}

extension EditPlan.Outcome {
    var refusal: EditRefusal? {
        guard case .failure(let refused) = self else { return nil }
        return refused.reason
    }
}
