import CPlatform
import Journal
import Synchronization
import Wire

/// The local journal as the Broker's log: one write and one fdatasync a batch, on the owner's thread.
///
/// The sync is inline because the loop has nothing better to do: clients and ZeroMQ's I/O thread fill its inbox
/// meanwhile, and a hand-over to another thread would cost each lone publish two wake-ups (docs/decisions/0003).
final class JournalLog: Log {
    let journal: Journal
    private let watchdog: SyncWatchdog
    private var results: [LogResult] = []
    /// Syncs that took longer than this are reported, nanoseconds.
    static let slowSync: UInt64 = 1_000_000_000
    /// The longest slow sync since it was asked for last, nanoseconds.
    private(set) var slowest: UInt64 = 0
    private(set) var syncCount: UInt64 = 0
    private(set) var syncNanoseconds: UInt64 = 0

    init(_ journal: Journal, watchdog: SyncWatchdog) {
        self.journal = journal
        self.watchdog = watchdog
    }

    func append(_ batch: StoredBatch) {
        do throws(JournalError) {
            precondition(batch.base == journal.end, "the core and the journal agree on the next offset")
            let started = cplatform_monotonic_ns()
            watchdog.begin(at: started)
            defer { watchdog.end() }
            try write(batch)
            try journal.sync()
            note(cplatform_monotonic_ns() - started)
            results.append(.durable(end: journal.syncedEnd))
        } catch {
            if case .full = error {
                results.append(.full(error.description))
            } else {
                results.append(.failed(error.description))
            }
        }
    }

    private func write(_ batch: StoredBatch) throws(JournalError) {
        let count = UInt32(batch.index.count)
        let result = batch.bytes.withUnsafeBytes { bytes in
            Result { () throws(JournalError) in try journal.append(records: bytes, count: count, time: batch.time) }
        }
        _ = try result.get()
    }

    private func note(_ duration: UInt64) {
        syncCount += 1
        syncNanoseconds += duration
        if duration > JournalLog.slowSync { slowest = max(slowest, duration) }
    }

    /// The longest sync over a second since the last call, in milliseconds.
    func takeSlowSync() -> UInt64? {
        defer { slowest = 0 }
        return slowest == 0 ? nil : slowest / 1_000_000
    }

    func takeResults() -> [LogResult] {
        defer { results.removeAll(keepingCapacity: true) }
        return results
    }
}
