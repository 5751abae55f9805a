import AsyncHTTPClient
import Bus
import Events
import Hosting
import Logging
import NIOCore
import NIOHTTP1
import ServiceLifecycle
import Wire

/// Sends the projects' webhooks on to whom they went before, in the group `sync-relay`: in order per conversation,
/// repeated with back-off, and what cannot be delivered goes to the dead letters.
struct RelayService: Service {
    static let group = "sync-relay"
    /// Bytes of an answer that are read at most; it has nothing to say but its status.
    static let answerLimit = 65_536

    let bus: BusConnection
    let plan: RelayPlan
    let settings: RelaySettings
    let logger: Logger
    private let sent: Counter
    private let repeated: Counter
    private let refused: Counter

    init(bus: BusConnection, plan: RelayPlan, settings: RelaySettings, metrics: MetricsRegistry, logger: Logger) {
        self.bus = bus
        self.plan = plan
        self.settings = settings
        self.logger = logger
        func counter(_ outcome: String) -> Counter {
            metrics.counter(
                "sync.relay.webhooks", help: "Webhooks for the project's original receiver, by what became of them.",
                labels: ["outcome": outcome])
        }
        sent = counter("sent")
        repeated = counter("repeated")
        refused = counter("refused")
    }

    func run() async throws {
        guard !plan.isEmpty else {
            try? await gracefulShutdown()
            return
        }
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(5)
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        var config = GroupConfig(filters: Self.filters)
        config.deliverPolicy = .new
        config.ackWaitMs = Int(settings.timeout / .milliseconds(1)) + 10_000
        config.maxDeliver = settings.maxAttempts
        config.backoffMs = [200, 1_000, 5_000, 15_000, 60_000]
        // A webhook that cannot be delivered must not be overtaken by the next of its conversation silently: each goes
        // to the dead letters on its own.
        let options = ConsumeOptions(concurrency: settings.concurrency, prefetchEvents: 256)
        do {
            try await bus.consume(group: Self.group, config: config, update: true, options: options) { delivery in
                try await handle(delivery, client)
            }
        } catch {
            try? await client.shutdown()
            throw error
        }
        try? await client.shutdown()
    }

    /// All messaging webhooks, also those without a topic of their own.
    static let filters = [
        "message.>", "conversation.>", "participant.>", "delivery.>", "twilio.conversations.>", "twilio.chat.>",
    ]

    private func handle(_ delivery: Delivery, _ client: HTTPClient) async throws -> Settlement {
        guard let event = try? delivery.event() else { return .term(reason: "relay.event_malformed") }
        guard let post = plan.post(for: event, attempt: Int(delivery.attempt)) else { return .ack }
        var request = HTTPClientRequest(url: post.url)
        request.method = .POST
        for header in post.headers { request.headers.add(name: header.name, value: header.value) }
        request.body = .bytes(post.body)
        let verdict: RelayPlan.Verdict
        do {
            let timeout = TimeAmount.milliseconds(Int64(settings.timeout / .milliseconds(1)))
            let response = try await client.execute(request, timeout: timeout)
            _ = try? await response.body.collect(upTo: Self.answerLimit)
            verdict = plan.verdict(
                status: Int(response.status.code), retryAfter: response.headers.first(name: "Retry-After"))
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            verdict = .again(after: nil, reason: "relay.unreachable")
        }
        switch verdict {
        case .done:
            sent.add()
            return .ack
        case .again(let delay, let reason):
            repeated.add()
            return .nak(delay: delay, reason: reason)
        case .refused(let reason):
            refused.add()
            logger.warning(
                "The original webhook refused an event, which goes to the dead letters",
                metadata: [LogKeys.group: "\(Self.group)", LogKeys.reason: "\(reason)"])
            return .term(reason: reason)
        }
    }
}
