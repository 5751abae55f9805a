import Events
import Testing

@testable import TwilioREST

@Suite("What an answer that is no success says")
struct TwilioErrorTests {
    private let call = Call.get(.chat, "/v2/Services/{service}", "IS1")

    @Test(
        "JSON, HTML and nothing are all read",
        arguments: [
            ("{\"code\":20404,\"message\":\"The number +34600 was not found\",\"status\":404}", 20_404),
            ("{\"code\":\"20404\",\"status\":404}", 20_404), ("{\"code\":null,\"message\":null}", nil),
            ("<html>Bad gateway +34600</html>", nil), ("", nil), ("[1]", nil), ("{\"code\":1e99}", nil),
        ])
    func bodies(body: String, code: Int?) {
        let response = TransportResponse(status: 404, headers: [.requestID: "RQ1"], body: Array(body.utf8))
        let error = call.error(.rejected, response)
        #expect(error.problem?.code == code)
        #expect(error.problem?.status == 404)
        #expect(error.problem?.requestID == "RQ1")
        #expect(error.isNotFound)
        #expect(!error.mayHaveTakenEffect)
        #expect(!"\(error)\(String(reflecting: error.problem))".contains("+34"))
        #expect("\(error)".contains("RQ1"))
    }

    @Test("Only what was sent may have taken effect")
    func effects() {
        let problem = TwilioProblem(status: 500, product: .chat, method: "POST", route: "/")
        let errors: [(TwilioError, mayHave: Bool, retryable: Bool)] = [
            (.rejected(problem), false, false), (.rateLimited(problem, retryAfter: .seconds(1)), false, true),
            (.serverFailed(problem), false, true), (.unanswered(reason: ""), false, true),
            (.unreachable(reason: ""), false, true), (.outcomeUnknown(reason: "", problem: nil), true, true),
            (.circuitOpen(retryAfter: .seconds(1)), false, true), (.overloaded(limit: 1), false, true),
            (.timedOut, false, true), (.cancelled, false, false), (.unreadable(problem, reason: ""), true, false),
            (.listLimit(limit: 1), false, false), (.foreignLink, false, false),
            (.tooLarge(limitBytes: 1), false, false),
            (.invalidRequest(reason: ""), false, false),
        ]
        for (error, mayHave, retryable) in errors {
            #expect(error.mayHaveTakenEffect == mayHave, "\(error.code)")
            #expect(error.isRetryable == retryable, "\(error.code)")
            #expect(error.code.hasPrefix("twilio."))
        }
        #expect(Set(errors.map(\.0.code)).count == errors.count)
    }

    @Test("Credentials, requests and attributes print as nothing")
    func redacted() throws {
        let credentials = TwilioCredentials(accountSID: Fixture.account, authToken: "secret-token")
        let request = Call.post(.chat, "/x", form: .with { $0.add("Body", "hola") }, rule: .once).request(
            endpoints: .twilio, authorization: credentials.authorization, maxResponseBytes: 1)
        let attributes = TwilioAttributes(text: "{\"name\":\"hola\"}")
        var text = ""
        dump(credentials, to: &text)
        dump(request, to: &text)
        dump(attributes, to: &text)
        text +=
            "\(credentials) \(String(reflecting: credentials)) \(request) \(String(reflecting: request)) \(attributes)"
        #expect(!text.contains("secret-token"))
        #expect(!text.contains("Basic"))
        #expect(!text.contains("hola"))
        #expect(request.header("authorization")?.hasPrefix("Basic ") == true)
    }
}
