import Events
import TestSupport
import Testing

@testable import ExtensionsSvc

@Suite struct EditPlanTests {
    private func plan(
        _ edits: [Edit], _ draft: Draft, rules: DirectoryRules = Samples.rules, seed: UInt64 = 1
    ) -> EditPlan {
        var random = SeededGenerator(seed: seed)
        return EditPlan(edits, draft: draft, rules: rules, stamp: Samples.stamp, using: &random)
    }

    @Test("A number has one owner, who is named")
    func numbers() {
        let draft = Samples.draft([Samples.content("2000", worker: 1)])
        let plan = plan([.create(Samples.input("2000", worker: 2))], draft)
        #expect(plan.outcomes.first?.refusal == draft.record(number: "2000").map { .numberTaken(owner: $0) })
        #expect(plan.changes.isEmpty)
    }

    @Test("A worker has one extension where that is configured, and any number where it is not")
    func workers() {
        let draft = Samples.draft([Samples.content("2000", worker: 1)])
        let edit = Edit.create(Samples.input("2001", worker: 1))
        #expect(plan([edit], draft).outcomes.first?.refusal?.code == "extensions.worker_taken")
        let loose = DirectoryRules(digits: 3...6, isWorkerUnique: false)
        #expect(plan([edit], draft, rules: loose).changes.count == 1)
    }

    @Test("Two edits of one request cannot take one number or one worker either")
    func together() {
        let twice = plan(
            [.create(Samples.input("2000", worker: 1)), .create(Samples.input("2000", worker: 2))], Draft())
        #expect(twice.outcomes.map { $0.refusal?.code } == [nil, "extensions.number_taken"])
        let worker = plan(
            [.create(Samples.input("2000", worker: 1)), .create(Samples.input("2001", worker: 1))], Draft())
        #expect(worker.outcomes.map { $0.refusal?.code } == [nil, "extensions.worker_taken"])
        let begins = plan([.create(Samples.input("2000")), .create(Samples.input("20001"))], Draft())
        #expect(begins.isRefused)
    }

    @Test("Records may change numbers and workers among themselves in one request")
    func swap() throws {
        let draft = Samples.draft([Samples.content("2000", worker: 1), Samples.content("2001", worker: 2)])
        let first = try #require(draft.record(number: "2000"))
        let second = try #require(draft.record(number: "2001"))
        let plan = plan(
            [
                .update(first.id, expecting: first.revision, Samples.input("2001", worker: 1)),
                .update(second.id, expecting: second.revision, Samples.input("2000", worker: 2)),
            ], draft)
        #expect(plan.changes.count == 2)
        var after = draft
        after.apply(plan.changes, revision: 3)
        #expect(after.record(number: "2000")?.id == second.id)
        #expect(after.record(number: "2001")?.id == first.id)
    }

    @Test("A number becomes free for the edit that comes with its deletion")
    func freed() throws {
        let draft = Samples.draft([Samples.content("200", worker: 1)])
        let old = try #require(draft.record(number: "200"))
        let plan = plan([.delete(old.id, expecting: old.revision), .create(Samples.input("2000", worker: 1))], draft)
        #expect(!plan.isRefused)
    }

    @Test("No number is the beginning of another, unless all have one length")
    func prefixes() {
        let draft = Samples.draft([Samples.content("2000")])
        for number in ["200", "20001", "200012"] {
            #expect(plan([.create(Samples.input(number))], draft).isRefused, "\(number)")
        }
        #expect(!plan([.create(Samples.input("2001"))], draft).isRefused)
    }

    @Test("A record that was changed since it was seen is given back with both versions")
    func stale() throws {
        var draft = Samples.draft([Samples.content("2000", worker: 1)])
        let seen = try #require(draft.record(number: "2000"))
        let first = plan(
            [.update(seen.id, expecting: seen.revision, Samples.input("2000", worker: 1, name: "A"))], draft)
        draft.apply(first.changes, revision: 2)
        let mine = Samples.input("2000", worker: 1, name: "B")
        let second = plan([.update(seen.id, expecting: seen.revision, mine)], draft)
        #expect(
            second.outcomes.first?.refusal
                == .changedMeanwhile(
                    current: draft.record(seen.id), yours: mine.content, expecting: seen.revision))
        #expect(plan([.delete(seen.id, expecting: seen.revision)], draft).isRefused)
    }

    @Test("Saving what is there changes nothing")
    func unchanged() throws {
        let draft = Samples.draft([Samples.content("2000", worker: 1)])
        let record = try #require(draft.record(number: "2000"))
        let plan = plan([.update(record.id, expecting: 1, RecordInput(content: record.content))], draft)
        #expect(!plan.isRefused && plan.changes.isEmpty)
    }

    @Test("One record may be edited once in a request")
    func once() throws {
        let draft = Samples.draft([Samples.content("2000")])
        let record = try #require(draft.record(number: "2000"))
        let plan = plan(
            [.delete(record.id, expecting: 1), .update(record.id, expecting: 1, Samples.input("2001"))], draft)
        #expect(plan.outcomes.map { $0.refusal == nil } == [true, false])
    }

    @Test("Whatever is edited, no two records have one number or worker, and none begins another", arguments: 0..<50)
    func soundness(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var draft = Draft()
        for _ in 0..<60 {
            let edits = (0..<Int.random(in: 1...6, using: &random)).map { _ -> Edit in
                let length = Int.random(in: 3...5, using: &random)
                let number = String((0..<length).map { _ in "1234".randomElement(using: &random) ?? "1" })
                let input = Samples.input(number, worker: Int.random(in: 1...40, using: &random))
                let known = draft.records.values.sorted { $0.id < $1.id }
                guard let record = known.randomElement(using: &random), Bool.random(using: &random) else {
                    return .create(input)
                }
                let isDeletion = Int.random(in: 0..<4, using: &random) == 0
                return isDeletion
                    ? .delete(record.id, expecting: record.revision)
                    : .update(record.id, expecting: record.revision, input)
            }
            let plan = EditPlan(edits, draft: draft, rules: Samples.rules, stamp: Samples.stamp, using: &random)
            guard !plan.isRefused else { continue }
            draft.apply(plan.changes, revision: draft.revision + 1)
            let numbers = draft.records.values.map(\.number)
            #expect(Set(numbers).count == numbers.count, "seed \(seed)")
            let workers = draft.records.values.compactMap(\.worker)
            #expect(Set(workers).count == workers.count, "seed \(seed)")
            for number in numbers {
                #expect(!numbers.contains { $0 != number && $0.hasPrefix(number) }, "seed \(seed)")
                #expect(!draft.isAmbiguous(number), "seed \(seed)")
            }
        }
        #expect(draft.count > 3, "seed \(seed)")
    }
}
