import Bus
import Events
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing
import Twilio

@testable import Gateway

@Suite("What a webhook is answered", .timeLimit(.minutes(1)))
struct WebhookAnswerTests {
    struct Taken: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let webhook: Webhook
        let topic: String
        let source: String
    }

    static let frontline = TestGateway.frontlineToken
    static let taken: [Taken] = [
        Taken(
            testDescription: "TaskRouter on the project's route", webhook: Webhook(), topic: "task.reserved",
            source: "/twilio/flex"),
        Taken(
            testDescription: "Conversations on the project's route",
            webhook: Webhook(Webhook.message, target: "/webhooks/twilio/frontline/conversations", token: frontline),
            topic: "message.added", source: "/twilio/frontline"),
        Taken(
            testDescription: "Chat on the project's route",
            webhook: Webhook(Webhook.chatMessage, target: "/webhooks/twilio/flex/chat"), topic: "message.added",
            source: "/twilio/flex"),
        Taken(
            testDescription: "Voice on the project's route",
            webhook: Webhook(Webhook.call, target: "/webhooks/twilio/flex/voice"), topic: "call.ringing",
            source: "/twilio/flex"),
        Taken(
            testDescription: "the sample's TaskRouter path", webhook: Webhook(target: "/taskrouter-handler"),
            topic: "task.reserved", source: "/twilio/flex"),
        Taken(
            testDescription: "the sample's Conversations path, by account",
            webhook: Webhook(Webhook.message, target: "/frontline-to-chat", token: frontline), topic: "message.added",
            source: "/twilio/frontline"),
        Taken(
            testDescription: "the sample's Chat path",
            webhook: Webhook(Webhook.chatMessage, target: "/chat-to-frontline"), topic: "message.added",
            source: "/twilio/flex"),
    ]

    @Test("A signed webhook is published once and answered 204 without a body", arguments: taken)
    func signedWebhookIsTaken(_ taken: Taken) async throws {
        let gateway = try TestGateway()
        let response = try await gateway.answer(taken.webhook)
        #expect(response.status == .noContent, "\(response.code ?? "")")
        #expect(response.body.readableBytes == 0)
        #expect(gateway.publisher.events.map(\.topic) == [taken.topic])
        let event = try #require(gateway.publisher.events.first)
        let document = try CloudEventJSON.decode(event.document)
        #expect(event.id == document.recordID)
        #expect(event.key == document.key.text)
        #expect(document.source.path == taken.source)
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let webhook: Webhook
        let status: HTTPResponse.Status
        let code: String
        var reason: String?
    }

    static let otherAccount = Webhook.reservation.map {
        $0.0 == "AccountSid" ? ($0.0, TestGateway.frontlineAccount) : $0
    }
    static let unknownAccount = Webhook.reservation.map {
        $0.0 == "AccountSid" ? ($0.0, "AC" + String(repeating: "9", count: 32)) : $0
    }
    static let refused: [Refused] = [
        Refused(
            testDescription: "an unknown path", webhook: Webhook(target: "/webhooks"), status: .notFound,
            code: "gateway.route_unknown"),
        Refused(
            testDescription: "an unknown project", webhook: Webhook(target: "/webhooks/twilio/nobody/taskrouter"),
            status: .notFound, code: "gateway.route_unknown"),
        Refused(
            testDescription: "an unknown family", webhook: Webhook(target: "/webhooks/twilio/flex/fax"),
            status: .notFound, code: "gateway.route_unknown"),
        Refused(
            testDescription: "another spelling of the path",
            webhook: Webhook(target: "/webhooks/twilio/fle%78/taskrouter"),
            status: .notFound, code: "gateway.route_unknown"),
        Refused(
            testDescription: "a slash too many", webhook: Webhook(target: "/webhooks/twilio/flex/taskrouter/"),
            status: .notFound, code: "gateway.route_unknown"),
        Refused(
            testDescription: "GET", webhook: Webhook().with { $0.method = .get }, status: .methodNotAllowed,
            code: "gateway.method_not_allowed"),
        Refused(
            testDescription: "PUT on an alias",
            webhook: Webhook(target: "/taskrouter-handler").with { $0.method = .put },
            status: .methodNotAllowed, code: "gateway.method_not_allowed"),
        Refused(
            testDescription: "no content type", webhook: Webhook().with { $0.contentType = nil },
            status: .unsupportedMediaType, code: "gateway.content_type"),
        Refused(
            testDescription: "multipart",
            webhook: Webhook().with { $0.contentType = "multipart/form-data; boundary=x" },
            status: .unsupportedMediaType, code: "gateway.content_type"),
        Refused(
            testDescription: "another charset",
            webhook: Webhook().with { $0.contentType = "application/x-www-form-urlencoded; charset=iso-8859-1" },
            status: .unsupportedMediaType, code: "gateway.content_type"),
        Refused(
            testDescription: "no signature", webhook: Webhook().with { $0.signature = nil }, status: .forbidden,
            code: "webhook.signature_missing"),
        Refused(
            testDescription: "an empty signature", webhook: Webhook().with { $0.signature = "" }, status: .forbidden,
            code: "webhook.signature_invalid"),
        Refused(
            testDescription: "a signature that is no Base64", webhook: Webhook().with { $0.signature = "%%%" },
            status: .forbidden, code: "webhook.signature_invalid"),
        Refused(
            testDescription: "a wrong token", webhook: Webhook(token: "guess"), status: .forbidden,
            code: "webhook.signature_invalid"),
        Refused(
            testDescription: "the token of another project", webhook: Webhook(token: frontline), status: .forbidden,
            code: "webhook.signature_invalid"),
        Refused(
            testDescription: "another body than the signed one",
            webhook: Webhook().with { $0.body += Array("&Extra=1".utf8) }, status: .forbidden,
            code: "webhook.signature_invalid"),
        Refused(
            testDescription: "the project's token and another account", webhook: Webhook(otherAccount),
            status: .forbidden, code: "webhook.account_mismatch"),
        Refused(
            testDescription: "an account nobody configured, on an alias",
            webhook: Webhook(unknownAccount, target: "/taskrouter-handler"), status: .forbidden,
            code: "webhook.signature_invalid", reason: "webhook.account_unknown"),
        Refused(
            testDescription: "no account, on an alias", webhook: Webhook([("A", "b")], target: "/taskrouter-handler"),
            status: .forbidden, code: "webhook.signature_invalid", reason: "webhook.account_unknown"),
        Refused(
            testDescription: "one account's body with another's token, on an alias",
            webhook: Webhook(otherAccount, target: "/taskrouter-handler"), status: .forbidden,
            code: "webhook.signature_invalid"),
        Refused(
            testDescription: "a signed form that is no event",
            webhook: Webhook([("AccountSid", TestGateway.flexAccount)]),
            status: .badRequest, code: "webhook.field_missing"),
        Refused(
            testDescription: "a lone percent sign", webhook: Webhook().with { $0.body = Array("A=%2".utf8) },
            status: .badRequest, code: "form.malformed_percent"),
        Refused(
            testDescription: "invalid UTF-8", webhook: Webhook().with { $0.body = Array("A=%C3%28".utf8) },
            status: .badRequest, code: "form.invalid_utf8"),
        Refused(
            testDescription: "raw bytes that are no UTF-8", webhook: Webhook().with { $0.body = [65, 61, 0xFF, 0xFE] },
            status: .badRequest, code: "form.invalid_utf8"),
        Refused(
            testDescription: "10,000 parameters", webhook: Webhook((0..<10_000).map { ("Name\($0)", "x") }),
            status: .contentTooLarge, code: "form.too_many_parameters"),
        Refused(
            testDescription: "a body over the limit",
            webhook: Webhook().with { $0.body = [UInt8](repeating: 65, count: 262_145) }, status: .contentTooLarge,
            code: "form.body_too_large"),
        Refused(
            testDescription: "JSON that is none",
            webhook: Webhook().with {
                $0.contentType = "application/json"
                $0.body = Array("{".utf8)
            }, status: .badRequest, code: "form.not_a_flat_object"),
    ]

    @Test("Everything else gets its status and code, and is not published", arguments: refused)
    func badRequestIsRefused(_ refused: Refused) async throws {
        let gateway = try TestGateway()
        let response = try await gateway.answer(refused.webhook)
        #expect(response.status == refused.status)
        #expect(response.code == refused.code)
        #expect(response.problem?["status"]?.integer == Int64(refused.status.code))
        #expect(response.problem?["title"]?.string?.isEmpty == false)
        #expect(response.problem?["detail"]?.string?.isEmpty == false)
        #expect(response.headers[.allow] == (refused.status == .methodNotAllowed ? "POST" : nil))
        #expect(gateway.publisher.events.isEmpty)
        if ![.notFound, .methodNotAllowed].contains(refused.status) {
            let reason = refused.reason ?? refused.code
            #expect(gateway.sample("patchbay_gateway_rejected_total{reason=\"\(reason)\"}") == "1")
        }
    }

    @Test("Whether a project or an account exists does not show in the answer")
    func answersDoNotTellWhatIsConfigured() async throws {
        let gateway = try TestGateway()
        let unknownProject = try await gateway.answer(Webhook(target: "/webhooks/twilio/nobody/taskrouter"))
        let unknownPath = try await gateway.answer(Webhook(target: "/nowhere"))
        #expect(unknownProject.body == unknownPath.body)
        let unknown = try await gateway.answer(Webhook(Self.unknownAccount, target: "/taskrouter-handler"))
        let guessed = try await gateway.answer(Webhook(target: "/taskrouter-handler", token: "guess"))
        #expect(unknown.body == guessed.body)
    }
}
