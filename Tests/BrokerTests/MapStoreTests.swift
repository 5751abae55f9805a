import TestSupport
import Testing
import Wire

@testable import Broker

@Suite struct MapStoreTests {
    private func value(_ text: String, revision: UInt64 = 1, expires: UInt64 = 0) -> MapStore.Value {
        .init(bytes: Array(text.utf8), revision: revision, expires: expires)
    }

    private func store(_ keys: [String]) -> MapStore {
        var store = MapStore()
        for (place, key) in keys.enumerated() {
            store.apply("m", Array(key.utf8), value(key, revision: UInt64(place + 1)))
        }
        return store
    }

    private func keys(
        _ store: MapStore, prefix: String = "", after: String = "", limit: UInt16 = 1_000,
        bytes: Int = 1 << 20
    ) -> (keys: [String], hasMore: Bool) {
        let page = store.list(
            MapListBody(map: "m", prefix: prefix, after: after, limit: limit), maxBytes: bytes, now: 10)
        return (page.entries.map(\.key), page.hasMore)
    }

    @Test("a listing is in byte order, not in the order of writing")
    func order() {
        #expect(
            keys(store(["b", "a", "ab", "B", "é", "z", "a0"])).keys == [
                "B", "a", "a0", "ab", "b", "z", "é",
            ])
    }

    @Test("paging by the last key shows every entry once", arguments: 1...20)
    func paging(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let all = Set((0..<generator.int(0...120)).map { _ in "k\(generator.int(0...400))" })
        let store = store(Array(all))
        let prefix = generator.oneIn(2) ? "" : "k\(generator.int(1...9))"
        let limit = UInt16(generator.int(1...13))
        let bytes = generator.oneIn(2) ? 1 << 20 : generator.int(1...20)
        var seen: [String] = []
        var hasMore = true
        while hasMore {
            let page = keys(store, prefix: prefix, after: seen.last ?? "", limit: limit, bytes: bytes)
            #expect(page.keys.count <= Int(limit), "seed \(seed)")
            #expect(!page.keys.isEmpty || !page.hasMore, "seed \(seed): a page makes progress")
            seen += page.keys
            hasMore = page.hasMore
        }
        let expected = all.filter { $0.hasPrefix(prefix) }.sorted {
            Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8))
        }
        #expect(seen == expected, "seed \(seed)")
    }

    @Test("the last full page says that there is no more")
    func lastPage() {
        let store = store(["a", "b", "c", "d"])
        #expect(keys(store, limit: 2).hasMore)
        #expect(!keys(store, after: "b", limit: 2).hasMore)
        #expect(keys(store, after: "b", limit: 2).keys == ["c", "d"])
    }

    @Test("an expired entry reads as absent, matches as absent and is listed for deletion once")
    func expiry() {
        var store = MapStore()
        store.apply("m", [1], value("old", revision: 3, expires: 100))
        store.apply("m", [2], value("new", revision: 4, expires: 0))
        #expect(store.value("m", [1], now: 99)?.revision == 3)
        #expect(store.value("m", [1], now: 100) == nil)
        let write = MapWrite(.put, map: "m", key: "\u{1}", expectedRevision: 0)
        #expect(!store.check(write, now: 99).matches)
        #expect(store.check(write, now: 100) == MapWriteResult(matches: true, revision: 0))
        #expect(store.expired(at: 99, limit: 10).isEmpty)
        #expect(store.expired(at: 100, limit: 10) == [.init(map: "m", key: [1])])
        #expect(store.expired(at: 100, limit: 10).isEmpty)
    }

    @Test("an entry that was written again does not expire by its old time")
    func rewritten() {
        var store = MapStore()
        store.apply("m", [1], value("a", revision: 1, expires: 100))
        store.apply("m", [1], value("b", revision: 2, expires: 500))
        store.apply("m", [2], value("c", revision: 3, expires: 100))
        store.apply("m", [2], nil)
        #expect(store.expired(at: 400, limit: 10).isEmpty)
        #expect(store.expired(at: 500, limit: 10) == [.init(map: "m", key: [1])])
    }

    @Test("expiry is done in portions")
    func portions() {
        var store = MapStore()
        for number: UInt8 in 0..<100 {
            store.apply("m", [number], value("x", revision: UInt64(number), expires: 5))
        }
        #expect(store.expired(at: 5, limit: 60).count == 60)
        #expect(store.expired(at: 5, limit: 60).count == 40)
    }

    @Test(
        "a condition compares revisions, 0 means that there is no entry",
        arguments: [
            (nil, 0, true), (7, 7, true), (7, 6, false), (7, 0, false), (0, 0, true), (0, 1, false),
        ]
            as [(UInt64?, UInt64, Bool)])
    func conditions(current: UInt64?, expected: UInt64, matches: Bool) {
        var store = MapStore()
        if let current { store.apply("m", [65], value("x", revision: current)) }
        let write = MapWrite(
            .put, map: "m", key: "A", expectedRevision: current == nil && expected == 0 ? nil : expected)
        #expect(store.check(write, now: 1).matches == matches)
    }

    @Test("changes since the last snapshot are given once, with nil for what is gone")
    func dirty() {
        var store = MapStore()
        store.apply("m", [1], value("a"))
        store.apply("m", [2], value("b"))
        store.apply("m", [1], nil)
        let changes = store.takeDirty()
        #expect(Set(changes.map(\.0.key)) == [[1], [2]])
        #expect(changes.first { $0.0.key == [1] }?.1 == nil)
        #expect(changes.first { $0.0.key == [2] }?.1 == value("b"))
        #expect(store.takeDirty().isEmpty)
        #expect(store.count == 1)
    }

    @Test("an empty map is forgotten")
    func empty() {
        var store = store(["a"])
        store.apply("m", Array("a".utf8), nil)
        store.apply("m", Array("a".utf8), nil)
        #expect(store.count == 0)
        #expect(keys(store).keys.isEmpty)
    }
}
