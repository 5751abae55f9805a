import Bus
import Synchronization
import Testing
import Wire

@testable import SyncSvc

@Suite("Writes that share transactions", .timeLimit(.minutes(1)))
struct SharedWritesTests {
    /// A map that knows revisions, and what was committed together.
    final class FakeMap: Sendable {
        struct State {
            var revisions: [String: UInt64] = [:]
            var last: UInt64 = 0
            var transactions: [[String]] = []
        }

        let state = Mutex(State())
        var transactions: [[String]] { state.withLock { $0.transactions } }

        func commit(_ writes: [MapWrite]) throws(BusError) -> [UInt64] {
            let result = state.withLock { state -> Result<[UInt64], BusError> in
                state.transactions.append(writes.map(\.key))
                for write in writes {
                    let current = state.revisions[write.key] ?? 0
                    if let expected = write.expectedRevision, expected != current {
                        return .failure(.revisionMismatch(current: current))
                    }
                }
                return .success(
                    writes.map { write in
                        state.last += 1
                        state.revisions[write.key] = state.last
                        return state.last
                    })
            }
            return try result.get()
        }
    }

    private let map = FakeMap()

    private var writes: SharedWrites {
        SharedWrites { [map] (writes) throws(BusError) in
            await Task.yield()
            return try map.commit(writes)
        }
    }

    private func write(_ key: String, expecting revision: UInt64? = nil) -> MapWrite {
        MapWrite(.put, map: "m", key: key, value: [], expectedRevision: revision)
    }

    @Test("Writes at the same time share transactions, and each gets its own revision")
    func shared() async throws {
        let writes = writes
        let revisions = try await withThrowingTaskGroup(of: (String, UInt64).self) { group in
            for number in 0..<300 {
                group.addTask { ("k\(number)", try await writes.write(write("k\(number)"))) }
            }
            return try await group.reduce(into: [String: UInt64]()) { $0[$1.0] = $1.1 }
        }
        #expect(revisions == map.state.withLock { $0.revisions })
        #expect(revisions.count == 300)
        #expect(map.transactions.count < 100)
        #expect(map.transactions.allSatisfy { $0.count <= SharedWrites.limit })
    }

    @Test("One that is out of date is refused, and takes no other with it")
    func outOfDate() async throws {
        let writes = writes
        _ = try map.commit([write("old")])
        let results = await withTaskGroup(of: (String, Result<UInt64, any Error>).self) { group in
            for key in ["a", "b", "old", "c"] {
                group.addTask {
                    do {
                        return (key, .success(try await writes.write(write(key, expecting: 0))))
                    } catch {
                        return (key, .failure(error))
                    }
                }
            }
            return await group.reduce(into: [String: Result<UInt64, any Error>]()) { $0[$1.0] = $1.1 }
        }
        #expect(throws: BusError.revisionMismatch(current: 1)) { try results["old"]?.get() }
        for key in ["a", "b", "c"] { #expect(try #require(results[key]).get() > 1) }
    }

    @Test("After a pause the next write leads again")
    func again() async throws {
        let writes = writes
        for number in 1...3 { #expect(try await writes.write(write("k")) == UInt64(number)) }
        #expect(map.transactions == [["k"], ["k"], ["k"]])
    }

    @Test("One whose task is cancelled while it leads lets the others be written")
    func cancelled() async throws {
        let writes = writes
        let leader = Task { try await writes.write(write("leader")) }
        let follower = Task { try await writes.write(write("follower")) }
        leader.cancel()
        #expect(try await follower.value > 0)
        _ = try? await leader.value
    }
}
