internal import Dispatch
internal import Synchronization

/// The journal's own thread for work that the owner must not wait for: sidecars of sealed segments, removals.
final class BackgroundWork: Sendable {
    private static let failureLimit = 64

    private let queue = DispatchQueue(label: "journal.background", qos: .utility)
    private let failures = Mutex<[JournalError]>([])

    /// Queues one piece; pieces run one after the other.
    ///
    /// At most one per sealed segment or trim is ever queued.
    func submit(_ work: @escaping @Sendable () throws(JournalError) -> Void) {
        queue.async {
            do throws(JournalError) {
                try work()
            } catch {
                self.failures.withLock { failures in
                    if failures.count < BackgroundWork.failureLimit { failures.append(error) }
                }
            }
        }
    }

    /// Waits until everything queued so far is done.
    func drain() { queue.sync {} }

    func takeFailures() -> [JournalError] {
        failures.withLock { failures in
            defer { failures = [] }
            return failures
        }
    }
}
