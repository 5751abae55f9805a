import Bus
import Synchronization
import Wire

/// Writes of single map entries that share transactions: for what may wait a moment, so that many cost little more than one.
///
/// Whoever comes first waits ``linger`` for others and writes for all of them; who comes meanwhile is of the next
/// transaction. A transaction that fails is taken apart: then each write stands or falls by itself.
final class SharedWrites: Sendable {
    /// Writes in one transaction, at most.
    static let limit = 128
    /// How long a write waits for others.
    static let linger: Duration = .milliseconds(10)

    /// What a waiting write is told.
    private enum Turn: Sendable {
        /// It is the first of the next transaction.
        case lead
        case done(revision: UInt64)
        /// It has to be written alone.
        case alone
    }

    private struct Waiting: Sendable {
        var write: MapWrite
        var waiter: CheckedContinuation<Turn, Never>
    }

    private struct State: Sendable {
        var waiting: [Waiting] = []
        var isLed = false
    }

    private let state = Mutex(State())
    private let commit: @Sendable ([MapWrite]) async throws(BusError) -> [UInt64]

    /// - Parameter commit: Writes entries, all or nothing, and says their new revisions.
    init(commit: @escaping @Sendable ([MapWrite]) async throws(BusError) -> [UInt64]) { self.commit = commit }

    /// Writes one entry.
    /// - Returns: Its new revision.
    /// - Throws: ``BusError/revisionMismatch(current:)`` and whatever else befalls a transaction with this write alone.
    func write(_ write: MapWrite) async throws(BusError) -> UInt64 {
        let isLeading = state.withLock { state in
            defer { state.isLed = true }
            return !state.isLed
        }
        if isLeading { return try await lead(write) }
        let turn = await withCheckedContinuation { waiter in
            let mayLead = state.withLock { state in
                // The leader may have gone between the two looks.
                guard state.isLed else {
                    state.isLed = true
                    return true
                }
                state.waiting.append(Waiting(write: write, waiter: waiter))
                return false
            }
            if mayLead { waiter.resume(returning: .lead) }
        }
        switch turn {
        case .lead: return try await lead(write)
        case .done(let revision): return revision
        case .alone: return try await alone(write)
        }
    }

    private func lead(_ own: MapWrite) async throws(BusError) -> UInt64 {
        try? await Task.sleep(for: Self.linger)
        let others = state.withLock { state in
            let others = Array(state.waiting.prefix(Self.limit - 1))
            state.waiting.removeFirst(others.count)
            return others
        }
        let result: Result<[UInt64], BusError>
        do throws(BusError) {
            result = .success(try await commit([own] + others.map(\.write)))
        } catch {
            result = .failure(error)
        }
        handOver()
        guard case .success(let revisions) = result, revisions.count == others.count + 1 else {
            for other in others { other.waiter.resume(returning: .alone) }
            if others.isEmpty, case .failure(let error) = result { throw error }
            return try await alone(own)
        }
        for (other, revision) in zip(others, revisions.dropFirst()) {
            other.waiter.resume(returning: .done(revision: revision))
        }
        return revisions[0]
    }

    /// Lets the first of those who wait lead.
    private func handOver() {
        let next = state.withLock { state -> Waiting? in
            guard !state.waiting.isEmpty else {
                state.isLed = false
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.waiter.resume(returning: .lead)
    }

    private func alone(_ write: MapWrite) async throws(BusError) -> UInt64 {
        guard let revision = try await commit([write]).first else { throw .wire(.malformed(what: "settle result")) }
        return revision
    }
}
