import Directory
import Events
import TestSupport
import Testing

@testable import ExtensionsSvc

@Suite struct HistoryTests {
    @Test("A revision that no draft has reached, as a client may claim it, is a key like any other")
    func revisionsOutOfReach() {
        let known = LogEntry.key(7)
        for revision in [10_000_000_000_000_000, 10_000_000_000_000_001, UInt64.max - 1, .max] {
            #expect(LogEntry.key(revision) < known)
        }
        #expect(LogEntry.key(8) < known)
    }

    @Test("What only one of two people changed is taken; of what both changed, yours, and it is named")
    func merge() {
        let base = Samples.content("2000", worker: 1, name: "Ana")
        var theirs = base
        theirs.number = "2001"
        theirs.team = "care"
        var yours = base
        yours.spokenName = "Ana Ruiz"
        yours.team = "sales"
        let merge = ThreeWayMerge(base: base, current: theirs, yours: yours)
        #expect(merge.merged.number == "2001" && merge.merged.spokenName == "Ana Ruiz" && merge.merged.team == "sales")
        #expect(merge.conflicts == ["team"])
        #expect(ThreeWayMerge(base: base, current: yours, yours: yours).conflicts == [])
    }

    @Test("An import is taken back where its records are as it left them, and not where they are not")
    func undo() throws {
        let before = Samples.draft([Samples.content("2000", worker: 1), Samples.content("2001", worker: 2)])
        var random = SeededGenerator(seed: 3)
        let rows = [
            ImportRow(row: 2, members: Samples.content("2000", worker: 1, name: "New").json),
            ImportRow(row: 3, members: Samples.content("2005", worker: 5).json),
        ]
        let plan = ImportPlan(
            rows, mode: .replace, isPartial: false, draft: before, rules: Samples.rules, stamp: Samples.stamp,
            using: &random)
        var after = before
        after.apply(plan.changes, revision: 3)
        #expect(after.count == 2)
        let undo = UndoPlan(plan.changes, draft: after)
        #expect(undo.conflicts == [])
        let back = EditPlan(undo.edits, draft: after, rules: Samples.rules, stamp: Samples.stamp, using: &random)
        #expect(!back.isRefused)
        var again = after
        again.apply(back.changes, revision: 4)
        #expect(again.records.mapValues(\.content) == before.records.mapValues(\.content))

        var touched = after
        let record = try #require(touched.record(number: "2005"))
        let other = ExtensionRecord(
            id: record.id, content: Samples.content("2005", worker: 6), updatedBy: "Omar", updatedAt: Samples.noon,
            revision: 4)
        touched.apply([RecordChange(before: record, after: other)], revision: 4)
        #expect(UndoPlan(plan.changes, draft: touched).conflicts.compactMap(\.id) == [record.id])
    }

    @Test("The index of the history sorts newest first, and reads back")
    func index() throws {
        let keys = [UInt64(1), 9, 10, 999, 1_000_000].map(LogEntry.key)
        #expect(keys.sorted(by: >) == keys)
        let draft = Samples.draft([Samples.content("2000")])
        let change = RecordChange(before: nil, after: draft.record(number: "2000"))
        let entry = LogEntry(revision: 7, token: "t", parts: 1, changes: [change], batch: "b")
        #expect(LogEntry(entry.bytes) == entry)
    }

    @Test("Changes, heads and states survive being stored")
    func stored() throws {
        let draft = Samples.draft([Samples.content("0042", worker: 1, team: "care"), Samples.content("2000")])
        let changes = draft.records.values.map { RecordChange(before: $0, after: nil) }
        let slice = try #require(ChangeSlice.cut(changes).first)
        #expect(ChangeSlice(slice.bytes)?.changes == changes)
        var head = DraftHead()
        head.revision = 12
        head.pending = .init(batch: "b", slices: 3, done: 1)
        #expect(DraftHead(stored: head.stored) == head)
        var state = PublishState(
            phase: .deploying, version: 3, draftRevision: 9, by: Samples.editor, at: Samples.noon, owner: "o")
        state.missing = ["gateway"]
        state.problems = [FieldProblem("x", "number_length", "no")]
        #expect(PublishState(stored: state.stored) == state)
    }

    @Test("A comparison that is kept up to date is the one that would be made anew", arguments: 0..<30)
    func comparison(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var draft = Draft()
        var comparison = PublishedComparison()
        for step in 0..<40 {
            let number = String(Int.random(in: 200...215, using: &random))
            let current = draft.record(number: number)
            let input = Samples.input(number, name: ["A", "B"].randomElement(using: &random) ?? "A")
            let edit: Edit =
                if let current {
                    Bool.random(using: &random)
                        ? .delete(current.id, expecting: current.revision)
                        : .update(current.id, expecting: current.revision, input)
                } else { .create(input) }
            let plan = EditPlan([edit], draft: draft, rules: Samples.rules, stamp: Samples.stamp, using: &random)
            draft.apply(plan.changes, revision: draft.revision + 1)
            comparison.look(at: plan.changes, in: draft)
            let anew = PublishedComparison(entries: comparison.entries.values, draft: draft)
            #expect(comparison.differences == anew.differences, "seed \(seed), step \(step)")
            if step % 13 == 12 {
                comparison = PublishedComparison(entries: draft.records.values.map(\.entry), draft: draft)
            }
        }
    }
}
