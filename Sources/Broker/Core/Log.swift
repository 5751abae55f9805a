/// Where batches become durable: the local journal today, a replicated log another day.
///
/// The owner appends batches one after the other, several may be under way; results come in order.
protocol Log: AnyObject {
    /// Starts to make `batch` durable; its base is where the core believes the log to end, any other end is a bug or
    /// another owner.
    func append(_ batch: StoredBatch)
    /// What happened since the last call.
    func takeResults() -> [LogResult]
}

/// What became of appended batches.
enum LogResult: Equatable, Sendable {
    /// Everything below `end` is on disk.
    case durable(end: UInt64)
    /// Another Broker owns the log now: stop at once.
    case fenced
    /// There is no room; nothing of the batch was kept.
    case full(String)
    /// The log can not be trusted any more: stop at once.
    case failed(String)
}
