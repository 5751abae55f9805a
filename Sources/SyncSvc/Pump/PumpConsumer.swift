import Bus
import Events
import ServiceLifecycle
import Wire

/// Hands `sync.pump` to the handler, in the group `sync-pump`: one event of a pair at a time, across all processes.
struct PumpConsumer: Service {
    static let group = "sync-pump"

    let bus: BusConnection
    let handler: PairHandler
    let settings: PumpSettings
    /// The longest that one request may take.
    let requestTimeout: Duration
    var group = Self.group

    func run() async throws {
        var config = GroupConfig(filters: [PumpEvent.topic.name])
        config.deliverPolicy = .all
        config.maxDeliver = settings.maxAttempts
        config.backoffMs = [200, 1_000, 3_000, 10_000]
        // A handler says that it goes on before each long step; one step is at most a download and an upload.
        config.ackWaitMs = max(60_000, 4 * Int(requestTimeout / .milliseconds(1)))
        let options = ConsumeOptions(
            concurrency: settings.concurrency, prefetchEvents: 1_024, runsOnConnection: true)
        try await bus.consume(group: group, config: config, update: true, options: options) { delivery in
            await handler.handle(delivery)
        }
    }
}
