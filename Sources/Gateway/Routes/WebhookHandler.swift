import Bus
import Events
import HTTPTypes
import Hosting
import Hummingbird
import Logging
import NIOCore
import Synchronization
import Twilio

/// Answers webhooks over HTTP: 204 once the journal has the event on disk, a problem document otherwise.
final class WebhookHandler: Sendable {
    private let intake: WebhookIntake?
    private let limits: GatewayLimits
    private let publisher: any EventPublisher
    private let rejections: RejectionReporter
    private let inFlight = Atomic<Int>(0)
    private let now: @Sendable () -> Timestamp
    private let logger: Logger

    /// - Parameters:
    ///   - intake: Checks and translates; nil when no public URL is configured, and then there are no routes either.
    ///   - limits: Body, requests in flight, Retry-After.
    ///   - publisher: The bus.
    ///   - rejections: Hears of every refusal.
    ///   - registry: Where the number of requests in flight is shown.
    ///   - logger: For conflicts.
    ///   - now: The wall clock.
    init(
        intake: WebhookIntake?, limits: GatewayLimits, publisher: any EventPublisher, rejections: RejectionReporter,
        registry: MetricsRegistry, logger: Logger, now: @escaping @Sendable () -> Timestamp = WallClock.now
    ) {
        self.intake = intake
        self.limits = limits
        self.publisher = publisher
        self.rejections = rejections
        self.logger = logger
        self.now = now
        registry.collect { [weak self] readings in
            readings.gauge(
                "gateway.webhooks.in_flight", help: "Webhooks being handled.",
                Double(self?.inFlight.load(ordering: .relaxed) ?? 0))
        }
    }

    /// Handles one request to a webhook's path.
    func answer(_ request: Request, on route: WebhookRoutes.Route, target: String) async -> Response {
        guard request.method == .post else { return Problem.methodNotAllowed("POST").response }
        let start = ContinuousClock.now
        do throws(WebhookIntake.Refused) {
            let count = inFlight.add(1, ordering: .relaxed).newValue
            defer { inFlight.subtract(1, ordering: .relaxed) }
            guard count <= limits.maxWebhooksInFlight else {
                throw WebhookIntake.Refused(
                    refusal: .tooManyInFlight(limit: limits.maxWebhooksInFlight), endpoint: nil)
            }
            let body = try await collect(request)
            let checked = try check(request, body, on: route, target: target)
            try await publish(checked)
            checked.endpoint.metrics.duration.observe(ContinuousClock.now - start)
            return Self.noContent
        } catch {
            error.endpoint?.metrics.count(error.refusal)
            rejections.note(error.refusal, project: error.endpoint?.project, family: route.family)
            return Problem(error.refusal, retryAfterSeconds: limits.retryAfterSeconds).response
        }
    }

    /// Twilio asks for 204 with a JSON content type on TaskRouter's callbacks, and takes it everywhere.
    private static let noContent = Response(status: .noContent, headers: [.contentType: "application/json"])

    /// Reads the body into one buffer, without copying where it came in one piece.
    private func collect(_ request: Request) async throws(WebhookIntake.Refused) -> ByteBuffer {
        do throws(RequestBody.Failure) {
            return try await RequestBody.read(request, limit: limits.form.maxBodyBytes)
        } catch {
            switch error {
            case .tooLarge(let limit):
                throw WebhookIntake.Refused(refusal: .bodyTooLarge(limitBytes: limit), endpoint: nil)
            case .incomplete: throw WebhookIntake.Refused(refusal: .bodyIncomplete, endpoint: nil)
            }
        }
    }

    private func check(
        _ request: Request, _ body: ByteBuffer, on route: WebhookRoutes.Route, target: String
    ) throws(WebhookIntake.Refused) -> WebhookIntake.Checked {
        guard let intake else { throw WebhookIntake.Refused(refusal: .accountUnknown, endpoint: nil) }
        let result = body.withUnsafeReadableBytes { bytes in
            Result { () throws(WebhookIntake.Refused) in
                let webhook = WebhookRequest(
                    target: target, contentType: request.headers[.contentType],
                    signature: request.headers[.twilioSignature],
                    deliveryToken: request.headers[.twilioIdempotencyToken], body: bytes)
                return try intake.check(webhook, on: route, now: now())
            }
        }
        return try result.get()
    }

    private func publish(_ checked: WebhookIntake.Checked) async throws(WebhookIntake.Refused) {
        let outcome: PublishOutcome
        do throws(PublishFailure) {
            outcome = try await publisher.publish(checked.event)
        } catch {
            throw WebhookIntake.Refused(refusal: .publish(error), endpoint: checked.endpoint)
        }
        checked.endpoint.metrics.count(outcome)
        if outcome == .conflict {
            logger.warning(
                "A webhook differs from the one stored under its id; the stored one stands",
                metadata: [
                    LogKeys.project: "\(checked.endpoint.project)", LogKeys.topic: "\(checked.event.topic)",
                    LogKeys.eventID: "\(checked.event.id.split(separator: "\n").last ?? "")",
                ])
        }
    }
}
