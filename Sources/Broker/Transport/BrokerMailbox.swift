import CPlatform
import Glibc
import Synchronization

/// What other threads tell the loop and ask of it: stop, and the newest report.
final class BrokerMailbox: Sendable {
    let descriptor: Int32
    private let stopping = Atomic<Bool>(false)
    private let report = Mutex<BrokerReport?>(nil)

    init() { descriptor = cplatform_eventfd() }

    deinit { close(descriptor) }

    var isStopping: Bool { stopping.load(ordering: .acquiring) }

    /// Asks the loop to end.
    func stop() {
        stopping.store(true, ordering: .releasing)
        wake()
    }

    /// Has the loop turn.
    func wake() { cplatform_eventfd_signal(descriptor) }

    func drain() { cplatform_eventfd_drain(descriptor) }

    func publish(_ newest: BrokerReport) { report.withLock { $0 = newest } }

    /// The newest report, at most a tick old.
    var latest: BrokerReport? { report.withLock { $0 } }
}
