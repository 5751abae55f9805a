import Events
import HTTPTypes
import Hosting
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing
import Twilio

@testable import Gateway

@Suite("Contacts and cases for Studio", .timeLimit(.minutes(1)))
struct StudioTests {
    static let contact = "6f9619ff-8b86-d011-b42d-00c04fc964ff"

    private static func service(_ status: Int, _ body: JSONValue) -> FakeCaller {
        FakeCaller(json: ["status": .number(JSONNumber(status)), "body": .string(body.description)])
    }

    private func gateway(_ caller: FakeCaller, _ yaml: String = "") throws -> TestGateway {
        try TestGateway(caller: caller, yaml, secrets: TestTokens.settings)
    }

    private static func signature(_ target: String, _ form: FormParameters = FormParameters([])) -> String? {
        WebhookSignature(tokens: [Array(TestGateway.flexToken.utf8)]).header(
            url: TestGateway.publicURL + target, form: form)
    }

    @Test("The service is asked with the number as it came, for the project that signed")
    func lookup() async throws {
        let caller = Self.service(200, ["contactid": .string(Self.contact)])
        let gateway = try gateway(caller)
        for (target, pairs) in [
            ("/findContactByPhoneNum", [("phoneNum", "+442079460018")]),
            ("/findContactByPhoneNum", [("phoneNum", " 442079460018")]),
        ] {
            let response = try await gateway.answer(Webhook(pairs, target: target))
            #expect(response.status == .ok && String(buffer: response.body).contains(Self.contact))
            #expect(response.headers[.contentType] == "application/json")
        }
        let target = "/v1/crm/contacts?phone=%2B442079460018"
        let get = Webhook([], target: target).with {
            $0.method = .get
            $0.contentType = nil
        }
        #expect(try await gateway.answer(get).status == .ok)
        for call in caller.calls {
            #expect(call.json?["path"] == "/v1/studio/contacts" && call.service == "crm.api")
            #expect(call.json?["body"]?.string == #"{"phone":"+442079460018"}"#)
            #expect(call.json?["actor"]?["sub"] == "studio:flex" && call.json?["actor"]?["role"] == "service")
            #expect(call.within <= .seconds(9))
        }
        #expect(caller.calls.count == 3)
    }

    @Test("Without the right signature nobody learns or makes anything", arguments: StudioRoute.allCases)
    func signatures(_ route: StudioRoute) async throws {
        let gateway = try gateway(Self.service(200, [:]), "studio: {projects: [flex]}")
        let target = route.rawValue + (route.method == .get ? "?phone=1234567" : "")
        let pairs = route.method == .get ? [] : [("phoneNum", "+34600"), ("title", "T")]
        func signed(_ token: String = TestGateway.flexToken, _ url: String = TestGateway.publicURL) -> Webhook {
            Webhook(pairs, target: target, token: token, url: url).with { $0.method = route.method }
        }
        let isShared = !StudioRoute.samples.contains(route)
        for (wrong, status) in [
            (signed().with { $0.signature = nil }, isShared ? 401 : 403),
            (signed().with { $0.signature = "AAAA" }, 403),
            (signed(TestGateway.frontlineToken), 403), (signed("another"), 403),
            (signed(TestGateway.flexToken, "https://evil.example"), 403),
            (signed().with { $0.target += "1" }, isShared ? 403 : 404),
        ] where !(isShared && wrong.target.hasSuffix("cases1")) {
            #expect(try await gateway.answer(wrong).status.code == status, "\(wrong.target)")
        }
        #expect(gateway.caller.calls.isEmpty)
        #expect(try await gateway.answer(signed()).status == .ok)
        let other = signed().with { $0.method = route.method == .get ? .delete : .get }
        let code = try await gateway.answer(other).status.code
        #expect(code == 405 || code == 401)
    }

    @Test("A signature does not stand for a token, nor a token for a signature")
    func apart() async throws {
        let gateway = try gateway(Self.service(200, [:]))
        try await gateway.server.application.test(.router) { client in
            let target = "/v1/crm/contacts?phone=1"
            var headers = TestTokens.bearer("agent")
            headers[.twilioSignature] = "AAAA"
            let both = try await client.execute(uri: target, method: .get, headers: headers)
            #expect(both.status == .ok && gateway.caller.calls.last?.json?["path"] == "/v1/crm/contacts")
            let activities = "/v1/crm/activities"
            let signed: HTTPFields = [.twilioSignature: Self.signature(activities) ?? ""]
            #expect(try await client.execute(uri: activities, method: .get, headers: signed).status == .unauthorized)
            let post = try await client.execute(
                uri: "/findContactByPhoneNum", method: .post,
                headers: TestTokens.bearer("admin").with(.contentType, "application/x-www-form-urlencoded"))
            #expect(post.status == .forbidden)
            for path in ["/v1/studio/contacts", "/v1/studio/cases"] {
                let inner = try await client.execute(uri: path, method: .post, headers: TestTokens.bearer("admin"))
                #expect(inner.status == .notFound)
            }
        }
    }

    @Test("A repeat has the same key: the flow's own, its execution or call with the title, or the same values")
    func keys() async throws {
        let caller = Self.service(201, ["incidentId": "x", "ticketNumber": "CAS-1"])
        let gateway = try gateway(caller)
        func key(_ pairs: [(String, String)], _ headers: HTTPFields = [:]) async throws -> String {
            let all = pairs + [("contactid", Self.contact)]
            let response = try await gateway.answer(Webhook(all, target: "/createCase").with { $0.headers = headers })
            #expect(response.status == .ok, "the sample's success")
            let body = try JSONValue(parsing: caller.calls.last?.json?["body"]?.string?.utf8 ?? "".utf8)
            #expect(body["values"]?["contactid"]?.string == Self.contact)
            return try #require(body["key"]?.string)
        }
        let execution = [("title", "A"), ("ExecutionSid", "FN0123456789")]
        let first = try await key(execution)
        #expect(try await key(execution + [("description", "more")]) == first)
        #expect(try await key([("title", "B"), ("ExecutionSid", "FN0123456789")]) != first)
        let call = try await key([("title", "A"), ("CallSid", "CA0123456789")])
        #expect(call != first)
        let own: HTTPFields = [.idempotencyKey: "key-12345678"]
        #expect(try await key(execution, own) == key([("title", "other")], own))
        let delivery: HTTPFields = [.twilioIdempotencyToken: "delivery-1"]
        #expect(try await key([("title", "x")], delivery) == key([("title", "x")], delivery))
        #expect(try await key([("title", "x")]) == key([("title", "x")]))
        #expect(try await key([("title", "x")]) != key([("title", "y")]))
        let api = try await gateway.answer(Webhook(execution, target: "/v1/crm/cases"))
        #expect(api.status == .created)
    }

    @Test("When the CRM is slow or away a lookup says so with 200, and a case is 503 with a time to come back")
    func slow() async throws {
        for failure in [CallFailure.unavailable, .timedOut(after: .seconds(5)), .failed(code: "x", isRetryable: true)] {
            let gateway = try gateway(FakeCaller(.failure(failure)))
            let lookup = try await gateway.answer(
                Webhook([("phoneNum", "+34600111222")], target: "/findContactByPhoneNum"))
            #expect(lookup.status == .ok && String(buffer: lookup.body) == #"{"unavailable":true}"#)
            let create = try await gateway.answer(Webhook([("title", "T")], target: "/createCase"))
            #expect(create.status == .serviceUnavailable && create.headers[.retryAfter] != nil)
            #expect(create.headers[.contentType] == "application/problem+json")
        }
    }

    @Test("What the CRM refuses is a problem that names the field, with its own status")
    func refused() async throws {
        let caller = FakeCaller(json: [
            "status": 400, "contentType": "application/problem+json",
            "body": #"{"status":400,"code":"crm.refused","field":"ownerid"}"#,
        ])
        let gateway = try gateway(caller)
        let response = try await gateway.answer(Webhook([("title", "T"), ("ownerid", "x")], target: "/createCase"))
        #expect(response.status == .badRequest && response.problem?["field"] == "ownerid")
        #expect(response.headers[.contentType] == "application/problem+json")
        let missing = try await gateway.answer(Webhook([("x", "1")], target: "/findContactByPhoneNum"))
        #expect(missing.status == .badRequest && missing.code == "gateway.parameter_missing")
    }
}
