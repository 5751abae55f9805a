import Events
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing
import Twilio

@testable import Gateway

@Suite("The mobile app's callbacks", .timeLimit(.minutes(1)))
struct CallbackTests {
    static let list = [("Location", "GetCustomersList"), ("Worker", "ana@example.com"), ("PageSize", "30")]

    static func callback(
        _ pairs: [(String, String)] = list, path: String = "/frontline/crm", token: String = TestGateway.frontlineToken
    ) -> Webhook {
        Webhook(pairs, target: path, token: token)
    }

    static let answer: JSONValue = ["status": 200, "body": ["objects": ["customers": [], "searchable": true]]]

    @Test("A signed callback is asked of its service, and its answer handed out as JSON")
    func answered() async throws {
        let gateway = try TestGateway(caller: FakeCaller(json: Self.answer))
        let response = try await gateway.answer(Self.callback())
        #expect(response.status == .ok)
        #expect(response.headers[.contentType] == "application/json")
        #expect(try JSONValue(parsing: Array(buffer: response.body)) == Self.answer["body"])
        let call = try #require(gateway.caller.calls.first)
        #expect(call.service == "frontline.crm" && call.within == .milliseconds(3_500))
        #expect(call.json?["project"] == "frontline" && call.json?["worker"] == "ana@example.com")
        #expect(call.json?["location"] == "GetCustomersList" && call.json?["parameters"]?["PageSize"] == "30")
        #expect(gateway.publisher.events.isEmpty)
    }

    @Test("The service's own status is kept: an error keeps the app from creating a conversation")
    func statusKept() async throws {
        let gateway = try TestGateway(caller: FakeCaller(json: ["status": 422, "body": ["code": "x"]]))
        let pairs = [("Location", "GetProxyAddress"), ("Worker", "ana"), ("ChannelType", "email")]
        let response = try await gateway.answer(Self.callback(pairs, path: "/frontline/outgoing"))
        #expect(response.status == .unprocessableContent)
        #expect(String(buffer: response.body) == #"{"code":"x"}"#)
    }

    @Test("Routing has no Location: it names the conversation that waits for a worker")
    func routing() async throws {
        let gateway = try TestGateway(caller: FakeCaller(json: ["status": 200, "body": [:]]))
        let pairs = [("ConversationSid", "CH1"), ("MessagingBinding.Address", "+34600000001")]
        let response = try await gateway.answer(Self.callback(pairs, path: "/frontline/routing"))
        #expect(response.status == .ok && String(buffer: response.body) == "{}")
        let call = try #require(gateway.caller.calls.first)
        #expect(call.service == "frontline.routing" && call.json?["parameters"]?["ConversationSid"] == "CH1")
        let missing = try await gateway.answer(Self.callback([("Nothing", "x")], path: "/frontline/routing"))
        #expect(missing.status == .unprocessableContent && missing.code == "gateway.parameter_missing")
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let webhook: Webhook
        let status: Int
        let code: String
    }

    static let refused = [
        Refused(
            testDescription: "an unknown Location",
            webhook: callback([("Location", "GetEverything"), ("Worker", "a")]),
            status: 422, code: "gateway.location_unknown"),
        Refused(
            testDescription: "a Location of another path", webhook: callback(path: "/frontline/templates"),
            status: 422, code: "gateway.location_unknown"),
        Refused(
            testDescription: "details without a customer",
            webhook: callback([("Location", "GetCustomerDetailsByCustomerId"), ("Worker", "a")]), status: 422,
            code: "gateway.parameter_missing"),
        Refused(
            testDescription: "no signature", webhook: callback().with { $0.signature = nil }, status: 403,
            code: "webhook.signature_missing"),
        Refused(
            testDescription: "a wrong token", webhook: callback(token: "someone-else"), status: 403,
            code: "webhook.signature_invalid"),
        Refused(
            testDescription: "the other project's account",
            webhook: callback(list + [("AccountSid", TestGateway.flexAccount)]), status: 403,
            code: "webhook.signature_invalid"),
        Refused(
            testDescription: "JSON", webhook: callback().with { $0.contentType = "application/json" }, status: 415,
            code: "gateway.content_type"),
        Refused(
            testDescription: "GET", webhook: callback().with { $0.method = .get }, status: 405,
            code: "gateway.method_not_allowed"),
    ]

    @Test("What is wrong with a callback is refused before anyone is asked", arguments: refused)
    func refusal(_ item: Refused) async throws {
        let gateway = try TestGateway(caller: FakeCaller(json: Self.answer))
        let response = try await gateway.answer(item.webhook)
        #expect(response.status.code == item.status)
        #expect(response.code == item.code)
        #expect(gateway.caller.calls.isEmpty)
    }

    @Test("Only the configured projects may sign")
    func projects() async throws {
        let yaml = "callbacks:\n  projects: [flex]"
        let gateway = try TestGateway(caller: FakeCaller(json: Self.answer), yaml)
        #expect(try await gateway.answer(Self.callback()).status == .forbidden)
        #expect(try await gateway.answer(Self.callback(token: TestGateway.flexToken)).status == .ok)
    }

    static let failures: [(CallFailure, Int, String)] = [
        (.unavailable, 503, "gateway.service_unavailable"),
        (.timedOut(after: .seconds(3)), 503, "gateway.service_timeout"),
        (.failed(code: "twilio.circuit_open", isRetryable: true), 503, "twilio.circuit_open"),
        (.failed(code: "sync.bug", isRetryable: false), 500, "sync.bug"),
    ]

    @Test("A service that is away is 503 with Retry-After, never a hang", arguments: failures)
    func failure(_ failure: CallFailure, status: Int, code: String) async throws {
        let gateway = try TestGateway(caller: FakeCaller(.failure(failure)))
        let response = try await gateway.answer(Self.callback())
        #expect(response.status.code == status && response.code == code)
        #expect((response.headers[.retryAfter] != nil) == (status == 503))
    }

    @Test("An answer that is none is an error of ours")
    func malformed() async throws {
        for bytes in ["", "[]", #"{"status":99,"body":1}"#, #"{"status":200}"#] {
            let gateway = try TestGateway(caller: FakeCaller(.success(Array(bytes.utf8))))
            #expect(try await gateway.answer(Self.callback()).code == "gateway.answer_malformed")
        }
    }
}
