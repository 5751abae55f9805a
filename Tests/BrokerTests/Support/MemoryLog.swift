@testable import Broker

/// A log in memory: appended batches become durable when the test says so, and fail as it says.
final class MemoryLog: Log {
    /// What a power cut would leave.
    private(set) var disk: [StoredBatch]
    /// Appended, but not known to be on disk.
    private(set) var pending: [StoredBatch] = []
    /// Without it batches wait for ``settle(_:)``.
    var isImmediate: Bool
    /// What the next append meets.
    var nextFailure: LogResult?
    /// Appends whose base was not the expected one.
    private(set) var gaps: [String] = []
    private var results: [LogResult] = []
    private var end: UInt64

    init(disk: [StoredBatch] = [], end: UInt64 = 1, isImmediate: Bool = true) {
        self.disk = disk
        self.end = end
        self.isImmediate = isImmediate
    }

    /// The end of what is on disk.
    var durableEnd: UInt64 { disk.last?.end ?? 0 }

    /// Everything that was handed over, oldest first.
    var appended: [StoredBatch] { disk + pending }

    func append(_ batch: StoredBatch) {
        if batch.base != end { gaps.append("batch \(batch.base) expected at \(end)") }
        if let failure = nextFailure {
            results.append(failure)
            return
        }
        end = batch.end
        pending.append(batch)
        if isImmediate { settle(pending.count) }
    }

    /// Makes the oldest `count` pending batches durable; one result tells of all of them.
    func settle(_ count: Int) {
        let done = pending.prefix(count)
        guard let last = done.last else { return }
        disk += done
        pending.removeFirst(done.count)
        results.append(.durable(end: last.end))
    }

    /// Another Broker took the log: what was not durable is lost.
    func fence() {
        pending = []
        nextFailure = .fenced
        results.append(.fenced)
    }

    /// The device fails: nothing after this is durable.
    func fail(_ reason: String = "input/output error") {
        pending = []
        nextFailure = .failed(reason)
        results.append(.failed(reason))
    }

    /// A power cut: the oldest `count` pending batches had reached the disk, nobody was told.
    func cut(keeping count: Int) {
        disk += pending.prefix(count)
        pending = []
        results = []
    }

    func takeResults() -> [LogResult] {
        defer { results = [] }
        return results
    }
}
