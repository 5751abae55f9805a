import Bus
import Events
import Hosting
import Logging
import ServiceLifecycle
import TwilioREST

/// Keeps the workers of the workspace at hand: read as a whole now and then, and after their events.
struct WorkerDirectory: Service {
    /// How soon a failed reading is repeated.
    static let retry = Duration.seconds(5)

    let client: TwilioClient
    let settings: WorkerSettings
    let store: DirectoryStore
    let metrics: ExtensionsMetrics
    let logger: Logger
    let now: @Sendable () -> Timestamp

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let isRead = await read()
                try? await Task.sleep(for: isRead ? settings.refresh : min(Self.retry, settings.refresh))
            }
        }
    }

    /// Whether all were read; otherwise the last reading stays.
    func read() async -> Bool {
        do {
            let workers = try await client.taskRouter(settings.workspaceSID).workers(pageSize: 1_000)
                .all(limit: settings.maxWorkers)
            let roster = WorkerRoster(
                workers.map {
                    WorkerRoster.Worker(
                        sid: $0.sid, name: $0.friendlyName, activity: $0.activityName ?? "", isAvailable: $0.isAvailable
                    )
                })
            await store.take(roster)
            metrics.workers.set(roster.count)
            metrics.workersRead.set(Double(now().unixNanoseconds) / 1e9)
            return true
        } catch {
            logger.warning("The workers could not be read", metadata: ["error": "\(error.code)"])
            return false
        }
    }
}
