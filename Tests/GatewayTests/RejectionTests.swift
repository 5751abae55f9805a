import Bus
import Events
import Hosting
import HummingbirdTesting
import NIOCore
import Testing
import Twilio

@testable import Gateway

@Suite("Telling of refusals", .timeLimit(.minutes(1)))
struct RejectionTests {
    @Test("The first few of a kind are logged singly; the end of the window sums up and begins anew")
    func ledgerCountsByKind() {
        var ledger = RejectionLedger()
        let forged = RejectionLedger.Kind(
            reason: "webhook.signature_invalid", status: 403, project: "flex", family: .taskrouter)
        let large = RejectionLedger.Kind(reason: "form.body_too_large", status: 413, project: nil, family: .chat)
        let logged = (0..<5).map { _ in ledger.note(forged) } + [ledger.note(large)]
        #expect(logged == [true, true, true, false, false, true])
        let totals = ledger.close()
        #expect(totals == [.init(kind: forged, count: 5), .init(kind: large, count: 1)])
        let afterwards = ledger.close()
        #expect(afterwards.isEmpty)
        let isLoggedAgain = ledger.note(forged)
        #expect(isLoggedAgain)
    }

    @Test("A window of refusals becomes one sys.gateway.rejected, whose id is new each time")
    func windowBecomesAnEvent() async throws {
        let gateway = try TestGateway()
        for _ in 0..<10 { _ = try await gateway.answer(Webhook(token: "guess")) }
        await gateway.server.rejections.report()
        _ = try await gateway.answer(Webhook(token: "guess"))
        await gateway.server.rejections.report()
        await gateway.server.rejections.report()
        let events = try gateway.publisher.events.map { try CloudEventJSON.decode($0.document) }
        #expect(events.map(\.topic) == ["sys.gateway.rejected", "sys.gateway.rejected"])
        #expect(Set(events.map(\.id)).count == 2)
        let data = try #require(events.first?.data.json)
        #expect(data["reason"]?.string == "webhook.signature_invalid")
        #expect(data["project"]?.string == "flex")
        #expect(data["count"]?.integer == 10)
        #expect(gateway.log.lines.filter { $0.contains("Webhook refused") }.count == 4)
    }

    @Test("Neither logs nor answers nor events show a token, a signature or what a body said")
    func nothingPrivateLeaks() async throws {
        let gateway = try TestGateway(publisher: FakePublisher(.fail(.unavailable)))
        var answers = ""
        let webhooks =
            WebhookAnswerTests.refused.map(\.webhook) + WebhookAnswerTests.taken.map(\.webhook)
            + SignatureTests.refused.map(\.1)
        for webhook in webhooks { answers += String(buffer: try await gateway.answer(webhook).body) }
        gateway.publisher.release(.conflict)
        for taken in WebhookAnswerTests.taken {
            answers += String(buffer: try await gateway.answer(taken.webhook).body)
        }
        await gateway.server.rejections.report()
        let events = gateway.publisher.events.filter { $0.topic.hasPrefix("sys.") }
            .map { String(decoding: $0.document, as: UTF8.self) }
        let text = (gateway.log.lines + events).joined(separator: "\n") + answers + gateway.metrics.render()
        #expect(!gateway.log.lines.isEmpty && !events.isEmpty && !answers.isEmpty)
        let secrets =
            [
                TestGateway.flexToken, TestGateway.nextFlexToken, TestGateway.frontlineToken, "600111222", "José",
                "Ñandú", "pedido", "agent_40example", TestGateway.flexAccount, TestGateway.frontlineAccount,
            ] + webhooks.compactMap(\.signature).filter { $0.count > 8 }
        for secret in secrets { #expect(!text.contains(secret)) }
    }
}
