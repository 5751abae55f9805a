import Glibc
import Logging
import ServiceLifecycle
import Synchronization

/// Tells systemd when the process is ready, and sees to it that a shutdown ends.
///
/// Stands last among the services, so it is the first to hear of a shutdown.
final class LifecycleService: Service {
    /// How often readiness is looked at until it is there for the first time, in milliseconds.
    static let readinessPollMilliseconds = 25

    private let health: Health
    private let notifier: SystemdNotifier
    private let drainTimeout: Duration
    private let logger: Logger
    private let isArmed = Atomic<Bool>(false)

    init(health: Health, notifier: SystemdNotifier, drainTimeout: Duration, logger: Logger) {
        self.health = health
        self.notifier = notifier
        self.drainTimeout = drainTimeout
        self.logger = logger
    }

    func run() async throws {
        try? await cancelWhenGracefulShutdown { [self] in try await announceReadiness() }
        try? await gracefulShutdown()
        notifier.send("STOPPING=1")
        health.drain()
        logger.info("Draining", metadata: [LogKeys.limit: "\(drainTimeout)"])
        arm()
    }

    /// Ends the threat of a hard exit: everything has stopped.
    func disarm() {
        isArmed.store(false, ordering: .relaxed)
    }

    private func announceReadiness() async throws {
        while !health.isReady {
            try await Task.sleep(for: .milliseconds(Self.readinessPollMilliseconds))
        }
        logger.info("Ready")
        notifier.send("READY=1")
    }

    /// Starts the clock: a thread, because whatever keeps services from stopping may hold all the others.
    private func arm() {
        isArmed.store(true, ordering: .relaxed)
        let (seconds, attoseconds) = drainTimeout.components
        PlainThread { [self] in
            var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
            var rest = time
            while nanosleep(&time, &rest) != 0, errno == EINTR { time = rest }
            guard isArmed.load(ordering: .relaxed) else { return }
            logger.critical(
                "Services did not stop in time; exiting without them",
                metadata: [LogKeys.limit: "\(drainTimeout)", LogKeys.exitCode: "\(ExitCode.bug.rawValue)"])
            _exit(ExitCode.bug.rawValue)
        }.detach()
    }
}
