import Foundation
import Hosting
import Journal
import Logging
import ServiceLifecycle
import ZeroMQ

/// Runs the loop on a thread of its own until the process is told to stop.
struct BrokerService: Service {
    let host: ServiceHost
    let settings: BrokerSettings

    func run() async throws {
        let mailbox = BrokerMailbox()
        host.metrics.collect { readings in mailbox.latest?.write(to: &readings) }
        let readiness = host.health.component("broker")
        try await withGracefulShutdownHandler {
            try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { continuation in
                    let thread = Thread { continuation.resume(with: Result { try runLoop(mailbox, readiness) }) }
                    thread.name = "broker-loop"
                    thread.stackSize = 4 << 20
                    thread.start()
                }
            } onCancel: {
                mailbox.stop()
            }
        } onGracefulShutdown: {
            mailbox.stop()
        }
    }

    private func runLoop(_ mailbox: BrokerMailbox, _ readiness: HealthComponent) throws {
        let watchdog = SyncWatchdog()
        watchdog.start(host.logger)
        defer { watchdog.stop() }
        let context = try ZeroMQContext()
        try host.runDirectory.prepare()
        let start = try BrokerStart(
            settings, stateDirectory: host.common.stateDirectory + "/broker", logger: host.logger)
        let sockets = try BrokerSockets(
            host.runDirectory, limits: settings.limits, tapHighWaterMark: settings.tapHighWaterMark, in: context)
        let keeper = JournalKeeper(
            start.journal, snapshots: start.snapshots, settings: settings, wake: mailbox.wake, logger: host.logger)
        let loop = BrokerLoop(
            core: start.core, log: JournalLog(start.journal, watchdog: watchdog), sockets: sockets, keeper: keeper,
            mailbox: mailbox, logger: host.logger)
        readiness.ready()
        host.logger.info("The Broker serves", metadata: [LogKeys.socket: "\(host.runDirectory.busSocket)"])
        do {
            do {
                try loop.run()
            } catch let error as JournalError {
                throw BrokerError.journal(error)
            }
        } catch {
            host.health.fail("\(error)")
            throw error
        }
        // Only now may another Broker bind the paths: the locks go after the files.
        withExtendedLifetime(sockets) { context.terminate() }
    }
}
