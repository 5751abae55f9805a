import Events
import Glibc
import Synchronization
import Testing

@testable import Patchbay

@Suite struct RoutePlanTests {
    static let routes = [
        Route(side: "flex", project: "flex", kind: .conversations, sid: "IS1", publicURL: "https://bus.example.com"),
        Route(side: "flex", project: "flex", kind: .taskrouter, sid: "WS1", publicURL: "https://bus.example.com"),
        Route(side: "frontline", project: "mobile", kind: .chat, sid: "IS2", publicURL: "https://bus.example.com"),
    ]
    static let now = Timestamp(unixNanoseconds: 1_795_600_200_000_000_000)

    @Test("What is wanted has retries for timeouts and 5xx, in each product's way")
    func wanted() {
        #expect(
            Self.routes[0].wanted.url == "https://bus.example.com/webhooks/twilio/flex/conversations#rc=5&rp=ct,rt,5xx")
        #expect(Self.routes[1].wanted.overrides == ["rc=5", "rp=ct,rt,5xx"])
        #expect(Self.routes[2].wanted.url == "https://bus.example.com/webhooks/twilio/mobile/chat")
        #expect(Self.routes[2].wanted.retryCount == 3)
    }

    @Test("Differences name the field; a webhook of somebody else is displaced unless it is relayed")
    func differences() {
        let present = RouteValues(
            url: "https://u:p@sample.example.com/chat?x=1#rc=1", method: "GET", filters: ["onMessageAdded", "onOther"])
        let plan = RoutePlan([(Self.routes[0], present), (Self.routes[1], Self.routes[1].wanted)])
        #expect(plan.changes.map(\.route.name) == ["flex/conversations"])
        let step = plan.changes[0]
        #expect(step.differences.map(\.field) == ["url", "overrides", "method", "events"])
        #expect(step.differences[0].present == "https://***@sample.example.com/chat?x=1")
        #expect(step.differences[3].wanted.hasSuffix("-onOther"))
        #expect(step.displaced == "https://u:p@sample.example.com/chat?x=1")
        let relayed = RoutePlan([(Self.routes[0], present)], relayed: ["https://u:p@sample.example.com/chat?x=1"])
        #expect(relayed.changes[0].displaced == nil)
        #expect(RoutePlan([(Self.routes[0], RouteValues(url: ""))]).changes[0].displaced == nil)
        // The order of events and of overrides is nobody's business.
        var same = Self.routes[0].wanted
        same.filters = same.filters?.reversed()
        same = RouteValues(
            url: same.location + "#rp=ct,rt,5xx&rc=5", method: "post", filters: same.filters)
        #expect(RoutePlan([(Self.routes[0], same)]).changes.isEmpty)
    }

    @Test("Applying saves first, writes, reads back, and rolling back restores what was there")
    func applyAndRollBack() async throws {
        let store = FakeStore()
        let before = store.values
        let work = RouteWork(store: store)
        var saved: SavedRoutes?
        try await work.apply(
            await work.plan(Self.routes, relayed: []), now: Self.now,
            save: {
                #expect(store.writes == 0)
                saved = $0
            }, did: { _ in })
        #expect(try await work.plan(Self.routes, relayed: []).changes.isEmpty)
        let record = try #require(saved.flatMap { SavedRoutes($0.json) })
        #expect(record == saved)
        let present = Dictionary(
            uniqueKeysWithValues: Self.routes.map { ($0.name, store.values[$0.name] ?? $0.wanted) })
        let (restore, changed) = record.rollback(present: present, force: false)
        #expect(changed.isEmpty)
        for entry in restore {
            let route = try #require(Self.routes.first { $0.name == entry.name })
            try await work.write(entry.before, to: route)
        }
        #expect(store.values == before)
    }

    @Test("What somebody changed since is not rolled back, unless forced")
    func changedSince() {
        let record = SavedRoutes(
            at: Self.now,
            entries: [.init(name: "a", sid: "1", before: RouteValues(url: "old"), applied: RouteValues(url: "ours"))])
        let other = ["a": RouteValues(url: "theirs")]
        #expect(record.rollback(present: other, force: false).restore.isEmpty)
        #expect(record.rollback(present: other, force: false).changedSince == ["a"])
        #expect(record.rollback(present: other, force: true).restore.count == 1)
        #expect(record.rollback(present: ["a": RouteValues(url: "old")], force: true).restore.isEmpty)
    }

    @Test("When one change fails, those before it are undone", arguments: [1, 2, 3])
    func undo(failing: Int) async throws {
        let store = FakeStore(failingWrite: failing)
        let before = store.values
        let work = RouteWork(store: store)
        let plan = try await work.plan(Self.routes, relayed: [])
        await #expect {
            try await work.apply(plan, now: Self.now, save: { _ in }, did: { _ in })
        } throws: { error in
            (error as? RouteWork<FakeStore>.Failure)?.notRestored.isEmpty == true
        }
        #expect(store.values == before)
    }

    @Test("A write that reads back otherwise is no success, and one that cannot be saved is not made")
    func verification() async throws {
        let deaf = RouteWork(store: FakeStore(ignoresWrites: true))
        let plan = try await deaf.plan(Self.routes, relayed: [])
        await #expect(throws: RouteWork<FakeStore>.Failure.self) {
            try await deaf.apply(plan, now: Self.now, save: { _ in }, did: { _ in })
        }
        let store = FakeStore()
        await #expect(throws: CommandFailure.self) {
            try await RouteWork(store: store).apply(
                plan, now: Self.now, save: { _ in throw CommandFailure("disk full") }, did: { _ in })
        }
        #expect(store.writes == 0)
    }

    @Test("A second apply keeps what was there before the first, until a rollback takes it out")
    func firstValuesStay() throws {
        func entry(_ name: String, _ before: String, _ applied: String) -> SavedRoutes.Entry {
            .init(name: name, sid: "IS1", before: RouteValues(url: before), applied: RouteValues(url: applied))
        }
        let first = SavedRoutes(at: Self.now, entries: [entry("a", "old", "ours")])
        let second = SavedRoutes(at: Self.now, entries: [entry("a", "theirs", "ours2"), entry("b", "old", "ours2")])
        let merged = second.merged(over: first)
        #expect(merged.entries == [entry("a", "old", "ours2"), entry("b", "old", "ours2")])
        let directory = "/tmp/patchbay-routes-\(UInt64.random(in: 0...UInt64.max))"
        let records = RouteRecords(directory: directory)
        defer {
            for name in ["last", "1", "2"] { unlink("\(directory)/\(name).json") }
            rmdir(directory)
        }
        #expect(try records.keep(first) == "\(directory)/1.json")
        #expect(try records.keep(second) == "\(directory)/2.json")
        #expect(try records.first() == merged)
        #expect(try RouteRecords.read("\(directory)/2.json") == second)
        try records.forget(merged, [merged.entries[0]], isAll: false)
        #expect(try records.first().entries == [merged.entries[1]])
        try records.forget(try records.first(), [merged.entries[1]], isAll: false)
        #expect(throws: CommandFailure.self) { try records.first() }
    }

    final class FakeStore: RouteStore {
        private struct State {
            var values: [String: RouteValues] = [
                "flex/conversations": RouteValues(url: "https://old.example.com/c", method: "POST", filters: ["onX"]),
                "flex/taskrouter": RouteValues(url: "https://old.example.com/t", filters: ["task.created"]),
                "frontline/chat": RouteValues(url: "", method: "POST", filters: [], retryCount: 0),
            ]
            var writes = 0
        }

        private let state = Mutex(State())
        private let failingWrite: Int?
        private let ignoresWrites: Bool

        init(failingWrite: Int? = nil, ignoresWrites: Bool = false) {
            self.failingWrite = failingWrite
            self.ignoresWrites = ignoresWrites
        }

        var values: [String: RouteValues] { state.withLock(\.values) }
        var writes: Int { state.withLock(\.writes) }

        func read(_ route: Route) async throws -> RouteValues {
            state.withLock { $0.values[route.name] ?? RouteValues(url: "") }
        }

        func write(_ values: RouteValues, to route: Route) async throws {
            try state.withLock { state in
                state.writes += 1
                if !ignoresWrites { state.values[route.name] = values }
                // Done, but the answer is lost.
                if state.writes == failingWrite { throw CommandFailure("no answer") }
            }
        }
    }
}
