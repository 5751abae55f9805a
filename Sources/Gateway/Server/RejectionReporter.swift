import Bus
import Events
import Hosting
import Logging
import ServiceLifecycle
import Synchronization
import Twilio

/// Tells of refused requests: a counter by reason, a few log lines, and `sys.gateway.rejected` once per window.
final class RejectionReporter: Service {
    /// How long refusals are gathered before an event tells of them.
    static let window = Duration.seconds(10)
    /// Most events per window; kinds beyond are in metrics only.
    static let maxEventsPerWindow = 16

    private let ledger = Mutex(RejectionLedger())
    private let sequence = Atomic<UInt64>(0)
    private let started: UInt64
    private let source: String
    private let publisher: any EventPublisher
    private let registry: MetricsRegistry
    private let logger: Logger

    /// - Parameters:
    ///   - label: This process among the Gateways: `gateway`, `gateway-2`.
    ///   - publisher: Where the events go; failing there is not worth more than a line.
    ///   - registry: For `gateway.rejected`.
    ///   - logger: For the lines.
    init(label: String, publisher: any EventPublisher, registry: MetricsRegistry, logger: Logger) {
        source = "/\(label)"
        started = WallClock.now().unixNanoseconds
        self.publisher = publisher
        self.registry = registry
        self.logger = logger
    }

    /// Takes one refusal; neither waits nor throws.
    func note(_ refusal: WebhookRefusal, project: String?, family: WebhookFamily) {
        registry.counter(
            "gateway.rejected", help: "Webhooks not taken, by reason.", labels: ["reason": refusal.reason]
        ).add()
        let kind = RejectionLedger.Kind(
            reason: refusal.reason, status: refusal.status, project: project, family: family)
        guard ledger.withLock({ $0.note(kind) }) else { return }
        var metadata: Logger.Metadata = [
            LogKeys.reason: "\(kind.reason)", LogKeys.status: "\(kind.status)", LogKeys.route: "\(family.rawValue)",
        ]
        if let project { metadata[LogKeys.project] = "\(project)" }
        if case .publish(let failure) = refusal {
            metadata[LogKeys.error] = "\(failure)"
            logger.warning("Webhook not stored", metadata: metadata)
        } else {
            logger.notice("Webhook refused", metadata: metadata)
        }
    }

    func run() async throws {
        try? await cancelWhenGracefulShutdown { [self] in
            while true {
                try await Task.sleep(for: Self.window)
                await report()
            }
        }
        await report()
    }

    /// Ends the window and tells of it.
    func report() async {
        let totals = ledger.withLock { $0.close() }
        for total in totals.prefix(Self.maxEventsPerWindow) {
            if total.count > RejectionLedger.loggedPerWindow {
                logger.notice(
                    "More webhooks were refused for the same reason",
                    metadata: [LogKeys.reason: "\(total.kind.reason)", LogKeys.count: "\(total.count)"])
            }
            do {
                let event = try event(for: total)
                _ = try await publisher.publish(event)
            } catch {
                logger.debug("Refusals could not be published", metadata: [LogKeys.error: "\(error)"])
            }
        }
    }

    private func event(for total: RejectionLedger.Total) throws -> OutgoingEvent {
        let number = sequence.add(1, ordering: .relaxed).newValue
        var data: [(String, JSONValue)] = [
            ("reason", .string(total.kind.reason)), ("status", .number(JSONNumber(total.kind.status))),
            ("family", .string(total.kind.family.rawValue)), ("count", .number(JSONNumber(total.count))),
        ]
        if let project = total.kind.project { data.append(("project", .string(project))) }
        let event = Event(
            id: try EventID("\(started)-\(number)"), source: try EventSource(source), topic: "sys.gateway.rejected",
            key: try OrderingKey(source), time: WallClock.now(), data: .object(JSONObject(data)))
        return try OutgoingEvent(event)
    }
}
