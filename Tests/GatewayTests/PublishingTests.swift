import Bus
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import Gateway

@Suite("When the bus answers, and when it does not", .timeLimit(.minutes(1)))
struct PublishingTests {
    @Test("204 comes only after the journal's answer")
    func answerWaitsForTheJournal() async throws {
        let gateway = try TestGateway(publisher: FakePublisher(.hold))
        try await gateway.server.application.test(.router) { client in
            async let response = client.send(Webhook())
            await gateway.publisher.waitForEvents(1)
            #expect(gateway.sample(Self.webhooks("accepted")) == "0")
            gateway.publisher.release(.accepted)
            let answer = try await response
            #expect(answer.status == .noContent)
            #expect(gateway.sample(Self.webhooks("accepted")) == "1")
        }
    }

    @Test(
        "A duplicate and a conflict are answered 204: the fact is on disk",
        arguments: [
            PublishOutcome.duplicate, .conflict,
        ])
    func storedBeforeIsStored(_ outcome: PublishOutcome) async throws {
        let gateway = try TestGateway(publisher: FakePublisher(.answer(outcome)))
        #expect(try await gateway.answer(Webhook()).status == .noContent)
        #expect(gateway.sample(Self.webhooks(outcome.rawValue)) == "1")
        #expect(gateway.log.lines.contains { $0.contains("differs") } == (outcome == .conflict))
    }

    static let failures: [(PublishFailure, HTTPResponse.Status, String)] = [
        (.unavailable, .serviceUnavailable, "gateway.bus_unavailable"),
        (.timedOut(after: .seconds(3)), .serviceUnavailable, "gateway.publish_timeout"),
        (.refused(code: "journal.full"), .serviceUnavailable, "gateway.publish_refused"),
        (.rejected(code: "event.too_large"), .internalServerError, "gateway.publish_rejected"),
    ]

    @Test("Without the journal's answer it is 503 with Retry-After", arguments: failures)
    func busFailureIsTold(_ failure: PublishFailure, _ status: HTTPResponse.Status, _ code: String) async throws {
        let gateway = try TestGateway(publisher: FakePublisher(.fail(failure)), "retry_after_seconds: 7")
        let response = try await gateway.answer(Webhook())
        #expect(response.status == status)
        #expect(response.code == code)
        #expect(response.headers[.retryAfter] == (failure.isRetryable ? "7" : nil))
        #expect(gateway.sample(Self.webhooks("failed")) == "1")
    }

    @Test("More webhooks at once than the limit get 429 with Retry-After, and the ones in flight are not disturbed")
    func inFlightIsLimited() async throws {
        let gateway = try TestGateway(publisher: FakePublisher(.hold), "max_webhooks_in_flight: 1")
        try await gateway.server.application.test(.router) { client in
            async let first = client.send(Webhook())
            await gateway.publisher.waitForEvents(1)
            let second = try await client.send(Webhook())
            #expect(second.status == .tooManyRequests)
            #expect(second.code == "gateway.too_many_requests")
            #expect(second.headers[.retryAfter] == "5")
            gateway.publisher.release(.accepted)
            let answer = try await first
            #expect(answer.status == .noContent)
            #expect(try await client.send(Webhook()).status == .noContent)
        }
    }

    @Test("A retry of a webhook is the same event, byte for byte")
    func retriesAreDuplicates() async throws {
        let gateway = try TestGateway()
        for count in ["0", "1"] {
            let webhook = Webhook(
                Webhook.message + [("RetryCount", count)], target: "/webhooks/twilio/frontline/conversations",
                token: TestGateway.frontlineToken
            ).with { $0.headers[.twilioIdempotencyToken] = "token-\(count)" }
            #expect(try await gateway.answer(webhook).status == .noContent)
        }
        let events = gateway.publisher.events
        #expect(events.count == 2)
        #expect(events.first == events.last)
    }

    static func webhooks(_ outcome: String) -> String {
        "patchbay_gateway_webhooks_total{family=\"taskrouter\",outcome=\"\(outcome)\",project=\"flex\"}"
    }
}
