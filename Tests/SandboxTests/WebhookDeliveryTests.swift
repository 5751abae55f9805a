import Testing

@testable import Sandbox

@Suite struct WebhookDeliveryTests {
    private func delivery(_ url: String, _ policy: WebhookPolicy = .conversations, fallback: String? = nil)
        -> WebhookDelivery
    {
        WebhookDelivery(Webhook(url: url, event: "e", parameters: [], policy: policy, fallbackURL: fallback))
    }

    /// The outcomes that are met one after the other, and how many attempts they come to.
    private func attempts(_ delivery: WebhookDelivery, _ outcomes: [WebhookDelivery.Outcome]) -> (
        count: Int, isSuccess: Bool
    ) {
        var delivery = delivery
        _ = delivery.begin()
        for outcome in outcomes {
            if case .finished(let isSuccess) = delivery.ended(outcome) { return (delivery.attempts, isSuccess) }
        }
        return (delivery.attempts, false)
    }

    @Test("Without overrides only a failed connection is tried again, once")
    func defaults() {
        #expect(attempts(delivery("http://a/"), [.answered(status: 500)]) == (1, false))
        #expect(attempts(delivery("http://a/"), [.noAnswer]) == (1, false))
        #expect(attempts(delivery("http://a/"), [.notConnected, .notConnected]) == (2, false))
        #expect(attempts(delivery("http://a/"), [.notConnected, .answered(status: 204)]) == (2, true))
    }

    @Test("The fragment says how often and what, and is not part of the URL")
    func overrides() {
        let target = WebhookTarget("http://a/x?y=1#rc=3&rp=5xx,rt&ct=200&rt=300", policy: .conversations)
        #expect(target.url == "http://a/x?y=1")
        #expect(target.policy.retries == 3 && target.policy.retryOn == [.serverErrors, .read])
        #expect(target.policy.connectTimeout == .milliseconds(200) && target.policy.totalTimeout == .milliseconds(500))
        let failing = delivery("http://a/#rc=3&rp=5xx")
        #expect(attempts(failing, Array(repeating: .answered(status: 503), count: 9)) == (4, false))
        #expect(attempts(failing, [.answered(status: 404)]) == (1, false))
    }

    @Test(
        "An override that cannot be changes nothing",
        arguments: ["#rc=9", "#rc=x", "#rp=never", "#ct=5", "#tt=99999", "#rubbish", "#&&=="])
    func invalid(fragment: String) {
        #expect(WebhookTarget("http://a/" + fragment, policy: .standard).policy == .standard)
    }

    @Test("A fragment cannot lengthen Conversations' 5 seconds")
    func hardLimit() {
        #expect(WebhookTarget("http://a/#tt=15000", policy: .conversations).policy.totalTimeout == .seconds(5))
        #expect(WebhookTarget("http://a/#ct=10000&rt=15000", policy: .conversations).policy.totalTimeout == .seconds(5))
    }

    @Test("Programmable Chat retries 429, 503, 504 and silence, as often as the service says")
    func chat() {
        let chat = delivery("http://a/", .chat(retries: 2))
        #expect(attempts(chat, [.answered(status: 429), .answered(status: 504), .noAnswer]) == (3, false))
        #expect(attempts(chat, [.answered(status: 500)]) == (1, false))
        #expect(attempts(delivery("http://a/", .chat(retries: 0)), [.noAnswer]) == (1, false))
    }

    @Test("After the last attempt comes the fallback, once")
    func fallback() {
        var assignment = delivery("http://a/", .assignment, fallback: "http://b/")
        _ = assignment.begin()
        #expect(assignment.ended(.noAnswer) == .attempt(url: "http://b/", number: 1, after: .zero))
        #expect(assignment.ended(.answered(status: 500)) == .finished(isSuccess: false))
    }

    @Test("Waits double up to their limit")
    func waits() {
        var machine = delivery("http://a/#rc=5&rp=all")
        _ = machine.begin()
        let waits = (0..<5).map { _ in
            if case .attempt(_, _, let wait) = machine.ended(.noAnswer) { wait } else { Duration.zero }
        }
        #expect(
            waits == [
                .milliseconds(100), .milliseconds(200), .milliseconds(400), .milliseconds(800), .milliseconds(1_600),
            ])
    }
}
