import Directory
import Events
import TestSupport
import Testing

@testable import ExtensionsSvc

@Suite struct ListingTests {
    private let draft = Samples.draft(
        ["Ángela", "ben", "Chloé", "Dario", "ben"].enumerated().map { index, name in
            Samples.content("20\(index)", worker: index + 1, name: name, team: index.isMultiple(of: 2) ? "a" : "b")
        })

    private func pages(_ order: String, filter: Listing.Filter = .init(), limit: Int) -> [[String]] {
        guard let order = Listing.Order(order) else { return [] }
        var pages: [[String]] = []
        var cursor: Listing.Cursor?
        repeat {
            let page = Listing(
                Listing.sorted(draft, by: order.key), isDescending: order.isDescending, filter: filter, after: cursor,
                limit: limit, status: { _ in .new })
            pages.append(page.records.map(\.number))
            cursor = page.next.flatMap { Listing.Cursor($0.text) }
        } while cursor != nil
        return pages
    }

    @Test("Pages join to the whole list in its order, whatever their size", arguments: 1...6)
    func paging(limit: Int) {
        #expect(pages("extension", limit: limit).flatMap { $0 } == ["200", "201", "202", "203", "204"])
        #expect(pages("-extension", limit: limit).flatMap { $0 } == ["204", "203", "202", "201", "200"])
        #expect(pages("name", limit: limit).flatMap { $0 }.first == "200")
        #expect(Set(pages("-name", limit: limit).flatMap { $0 }).count == 5)
    }

    @Test("A sorted list that is corrected is the one that would be made anew", arguments: 0..<20)
    func correcting(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var draft = draft
        var rows = Dictionary(uniqueKeysWithValues: Listing.Key.allCases.map { ($0, Listing.sorted(draft, by: $0)) })
        for step in 0..<30 {
            let number = String(Int.random(in: 200...212, using: &random))
            let input = Samples.input(number, name: random.pick(["ana", "Ben", "Émile"]))
            let edit: Edit =
                if let current = draft.record(number: number) {
                    random.oneIn(2)
                        ? .delete(current.id, expecting: current.revision)
                        : .update(current.id, expecting: current.revision, input)
                } else { .create(input) }
            let plan = EditPlan([edit], draft: draft, rules: Samples.rules, stamp: Samples.stamp, using: &random)
            draft.apply(plan.changes, revision: draft.revision + 1)
            for key in Listing.Key.allCases {
                guard var corrected = rows[key] else { continue }
                #expect(Listing.update(&corrected, with: plan.changes, by: key))
                rows[key] = corrected
                #expect(
                    corrected.map(\.record) == Listing.sorted(draft, by: key).map(\.record),
                    "seed \(seed), step \(step)")
            }
        }
    }

    @Test("Equal keys keep one order over pages")
    func ties() {
        #expect(pages("updatedAt", limit: 1).flatMap { $0 } == pages("updatedAt", limit: 5).flatMap { $0 })
    }

    @Test("Words are found without case and accents, in any field")
    func search() {
        #expect(pages("extension", filter: .init(text: "angela"), limit: 9) == [["200"]])
        #expect(pages("extension", filter: .init(text: "BEN b"), limit: 9) == [["201", "204"]])
        #expect(pages("extension", filter: .init(text: "203"), limit: 9) == [["203"]])
        #expect(pages("extension", filter: .init(team: "b"), limit: 9) == [["201", "203"]])
        #expect(pages("extension", filter: .init(status: .published), limit: 9) == [[]])
    }

    @Test(
        "What is no cursor of ours is refused",
        arguments: ["", "!", "AAAA", "W10=", String(repeating: "A", count: 9_999)])
    func cursors(text: String) {
        #expect(Listing.Cursor(text) == nil)
    }

    @Test("Workers are found by the beginnings of their names, and missing or renamed ones reported")
    func workers() {
        let roster = WorkerRoster(
            ["Ana Ruiz", "ana.lopez", "Ben Cole"].enumerated().map { index, name in
                .init(sid: Samples.worker(index + 1), name: name, activity: "Available", isAvailable: true)
            })
        #expect(roster.search("an", limit: 9).map(\.name) == ["Ana Ruiz", "ana.lopez"])
        #expect(roster.search("ru an", limit: 9).map(\.name) == ["Ana Ruiz"])
        #expect(roster.search("", limit: 2).count == 2)
        func problems(_ number: Int, _ name: String) -> [String] {
            roster.problems(of: .worker(sid: Samples.worker(number), name: name), field: "target").map(\.code)
        }
        #expect(problems(1, "Ana Ruiz") == [])
        #expect(problems(1, "Ana") == ["extensions.worker_renamed"])
        #expect(problems(9, "Ana") == ["extensions.worker_missing"])
        #expect(WorkerRoster.unknown.problems(of: .queue(name: "x"), field: "target") == [])
    }
}
