import Bus
import Events
import Hosting
import Logging
import ServiceLifecycle

/// Shows on the metrics how much waits and for how long, every 15 s.
struct OutboxWatch: Service {
    static let interval = Duration.seconds(15)

    let outbox: OutboxView
    let metrics: ActivityMetrics
    let logger: Logger
    let now: @Sendable () -> Timestamp

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await look()
                try await Task.sleep(for: Self.interval, clock: .continuous)
            }
        }
    }

    private func look() async {
        do {
            let summary = try await outbox.summary()
            metrics.waiting.set(summary.waiting)
            metrics.failedRows.set(summary.failed)
            metrics.oldest.set(Double(summary.oldestTs.map { max(0, now().unixMilliseconds - $0) } ?? 0) / 1_000)
        } catch {
            logger.debug("The outbox could not be counted", metadata: ["error": "\(error.code)"])
        }
    }
}
