import Bus
import Events
import Synchronization
import Wire

@testable import Gateway

/// A journal in memory whose doorbell rings at every event.
final class FakeJournal: EventJournal {
    private struct State {
        var records: [StoredRecord] = []
        var first: UInt64 = 1
        var end: UInt64 = 1
        var isAway = false
        var bells: [AsyncStream<Void>.Continuation] = []
        var reads = 0
    }

    private let state = Mutex(State())

    var reads: Int { state.withLock { $0.reads } }

    /// Stores an event at the next offset.
    @discardableResult
    func store(_ text: String, topic: String = "extensions.changed", key: String = "directory") -> UInt64 {
        let (offset, bells) = state.withLock { state in
            let offset = state.end
            state.records.append(
                StoredRecord(
                    offset: offset, time: 0, kind: .event, topic: topic, key: key, id: "/x\n\(offset)",
                    document: Array(text.utf8)))
            state.end += 1
            return (offset, state.bells)
        }
        for bell in bells { bell.yield() }
        return offset
    }

    /// What lies before `offset` is not kept any more.
    func trim(before offset: UInt64) { state.withLock { $0.first = offset } }

    func setAway(_ isAway: Bool) { state.withLock { $0.isAway = isAway } }

    func rings() -> AsyncStream<Void> {
        let (stream, bell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        state.withLock { $0.bells.append(bell) }
        return stream
    }

    func read(from offset: UInt64?, limit: Int) async throws(JournalReadFailure) -> ReadPage {
        let page = state.withLock { state -> Result<ReadPage, JournalReadFailure> in
            state.reads += 1
            guard !state.isAway else { return .failure(.unavailable(code: "bus.not_connected")) }
            let offset = offset ?? state.end
            guard offset >= state.first else { return .failure(.notThere(code: "journal.trimmed")) }
            guard offset <= state.end else { return .failure(.notThere(code: "journal.beyond_end")) }
            let records = state.records.filter { $0.offset >= offset }.prefix(limit)
            let next = records.count == limit ? (records.last?.offset ?? 0) + 1 : state.end
            return .success(ReadPage(records: Array(records), next: next, end: state.end))
        }
        return try page.get()
    }
}
