import Bus
import Events
import Synchronization
import Wire

@testable import CRMBridgeSvc

/// Maps in memory, with the Broker's rules: revisions, all or nothing, keys in byte order; and faults on request.
final class MemoryStore: StateStore {
    private struct State {
        var maps: [String: [String: MapEntry]] = [:]
        var revision: UInt64 = 0
        var published: [OutgoingEvent] = []
        var faults: [BusError] = []
    }

    private let state = Mutex(State())

    /// Has the next commits fail; one whose answer is lost is done all the same.
    func fail(_ errors: [BusError]) { state.withLock { $0.faults = errors } }

    var published: [OutgoingEvent] { state.withLock { $0.published } }

    func keys(_ map: String) -> [String] { state.withLock { ($0.maps[map] ?? [:]).keys.sorted() } }

    func get(_ map: String, _ key: String) async throws(BusError) -> MapEntry? {
        state.withLock { $0.maps[map]?[key] }
    }

    func list(_ map: String, prefix: String, after: String, limit: Int) async throws(BusError) -> BusMap.Page {
        state.withLock { state in
            let keys = (state.maps[map] ?? [:]).keys.filter { $0.hasPrefix(prefix) && Self.isBefore(after, $0) }
                .sorted(by: Self.isBefore)
            let entries = keys.prefix(limit).compactMap { state.maps[map]?[$0] }
            return BusMap.Page(entries: entries, hasMore: keys.count > limit)
        }
    }

    func commit(_ writes: [MapWrite], _ publishes: [OutgoingEvent]) async throws(BusError) {
        let outcome: Result<Void, BusError> = state.withLock { state in
            let fault = state.faults.isEmpty ? nil : state.faults.removeFirst()
            if let fault, fault != .outcomeUnknown { return .failure(fault) }
            for write in writes {
                let current = state.maps[write.map]?[write.key]?.revision ?? 0
                if let expected = write.expectedRevision, expected != current {
                    return .failure(.revisionMismatch(current: current))
                }
            }
            for write in writes {
                state.revision += 1
                let entry = MapEntry(key: write.key, value: write.value, revision: state.revision, expires: 0)
                state.maps[write.map, default: [:]][write.key] = write.operation == .put ? entry : nil
            }
            state.published += publishes
            return fault.map { .failure($0) } ?? .success(())
        }
        try outcome.get()
    }

    /// By bytes, as the Broker sorts.
    private static func isBefore(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }
}
