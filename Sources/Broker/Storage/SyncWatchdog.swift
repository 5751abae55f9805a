import CPlatform
import Foundation
import Hosting
import Logging
import Synchronization

/// Ends the process when a sync hangs: the loop cannot do it, it is the one that hangs.
///
/// A disk that does not answer for ten seconds would otherwise hold every publisher for ever while a standby waits for
/// the lock.
final class SyncWatchdog: Sendable {
    /// How long one sync may take.
    static let limit: Duration = .seconds(10)
    private let started = Atomic<UInt64>(0)
    private let isStopped = Atomic<Bool>(false)

    func begin(at now: UInt64) { started.store(now, ordering: .relaxed) }
    func end() { started.store(0, ordering: .relaxed) }
    func stop() { isStopped.store(true, ordering: .relaxed) }

    /// Starts the thread that watches.
    func start(_ logger: Logger) {
        let thread = Thread { [self] in
            while !isStopped.load(ordering: .relaxed) {
                Thread.sleep(forTimeInterval: 0.5)
                let began = started.load(ordering: .relaxed)
                let now = cplatform_monotonic_ns()
                guard began != 0, now > began,
                    now - began > UInt64(SyncWatchdog.limit.components.seconds) * 1_000_000_000
                else { continue }
                logger.critical("A sync of the journal hangs: stopping. Check the disk before a restart")
                _exit(ExitCode.storageFailed.rawValue)
            }
        }
        thread.name = "sync-watchdog"
        thread.start()
    }
}
