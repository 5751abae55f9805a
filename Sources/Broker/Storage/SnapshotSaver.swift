import Foundation
import Hosting
import Logging
import Synchronization
import Wire

/// Saves rows on a queue of its own, one save at a time; rows of a failed save are saved again with the next.
final class SnapshotSaver: Sendable {
    private struct State {
        var isSaving = false
        var savedThrough: UInt64 = 0
        var failed: [SnapshotRow.Name: SnapshotRow] = [:]
    }

    private let snapshots: SQLiteSnapshots
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "patchbay.snapshots")

    init(_ snapshots: SQLiteSnapshots) { self.snapshots = snapshots }

    /// Whether the last save has ended.
    var isIdle: Bool { state.withLock { !$0.isSaving } }

    /// How far the saved state goes: what retention must not outrun.
    var savedThrough: UInt64 { state.withLock { $0.savedThrough } }

    /// Starts a save.
    func save(_ rows: [SnapshotRow], through offset: UInt64, logger: Logger) {
        let all = state.withLock { state in
            state.isSaving = true
            defer { state.failed = [:] }
            for row in rows { state.failed[row.name] = row }
            return Array(state.failed.values)
        }
        queue.async { [self] in
            do {
                try snapshots.save(all, through: offset)
                state.withLock { $0.savedThrough = offset }
            } catch {
                logger.error("Saving the state failed; it is tried again", metadata: [LogKeys.error: "\(error)"])
                state.withLock { state in for row in all { state.failed[row.name] = row } }
            }
            state.withLock { $0.isSaving = false }
        }
    }

    /// Calls `body` once the saves asked for so far have ended, before any later one begins.
    func afterSaves(_ body: @escaping @Sendable (SQLiteSnapshots) -> Void) {
        queue.async { [self] in body(snapshots) }
    }

    /// Waits for a save that is under way.
    func wait() { queue.sync {} }

    /// Rows of a failed save, for the last one.
    func takeFailed() -> [SnapshotRow] {
        state.withLock { state in
            defer { state.failed = [:] }
            return Array(state.failed.values)
        }
    }
}
