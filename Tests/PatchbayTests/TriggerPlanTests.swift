import Events
import Testing
import Twilio

@testable import Patchbay

@Suite struct TriggerPlanTests {
    private let account = "AC0123456789abcdef0123456789abcdef"

    private func plan(_ event: String, family: String? = nil, seed: UInt64 = 7) -> TriggerPlan {
        TriggerPlan(
            event: event, family: family, project: "flex", seed: seed, count: 3, time: 1_700_000_000_000_000_000)
    }

    @Test("Every event of every product can be sent, signed and understood", arguments: WebhookFamily.allCases)
    func everything(family: WebhookFamily) throws {
        for name in WebhookScene.eventNames[family] ?? [] {
            let fixture = try #require(plan(name, family: family.rawValue).webhook(0, accountSID: account), "\(name)")
            let request = try SignedRequest(
                fixture, project: "flex", publicURL: "https://bus.example.com", token: "t0ken", isForged: false)
            #expect(request.path == "/webhooks/twilio/flex/\(family)")
            #expect(!request.eventID.isEmpty && !request.key.isEmpty && !request.topic.isEmpty)
        }
    }

    @Test("Every topic that is listed can be sent")
    func topics() throws {
        for topic in WebhookScene.topics {
            let fixture = try #require(plan(topic.name).webhook(0, accountSID: account))
            let request = try SignedRequest(
                fixture, project: "flex", publicURL: "https://bus.example.com", token: "t0ken", isForged: false)
            #expect(request.topic == topic.name)
        }
    }

    @Test("The same plan sends the same bytes, the next contact others")
    func repeats() throws {
        let first = try #require(plan("task.reserved").webhook(0, accountSID: account))
        let again = try #require(plan("task.reserved").webhook(0, accountSID: account))
        let next = try #require(plan("task.reserved").webhook(1, accountSID: account))
        #expect(first.body == again.body)
        #expect(first.deliveryToken == again.deliveryToken)
        #expect(first.body != next.body)
    }

    @Test("A signature verifies with the token and a forged one does not", arguments: [true, false])
    func signatures(isForged: Bool) throws {
        let fixture = try #require(plan("message.added").webhook(0, accountSID: account))
        let request = try SignedRequest(
            fixture, project: "flex", publicURL: "https://bus.example.com", token: "t0ken", isForged: isForged)
        let header = request.headers.first { $0.name == "X-Twilio-Signature" }?.value
        let url = try #require(SignedURL(base: "https://bus.example.com"))
        let target = Array(request.path.utf8)
        let isVerified = target.withUnsafeBytes { target in
            WebhookSignature(tokens: [Array("t0ken".utf8)]).verifies(
                header, url: url, target: target, form: fixture.form)
        }
        #expect(isVerified != isForged)
    }

    @Test("An event that no provider has is nil", arguments: ["", "task", "task.eaten", "onNothing"])
    func unknown(event: String) {
        #expect(plan(event).webhook(0, accountSID: account) == nil)
    }

    @Test("A dialect that lacks the event is nil")
    func wrongFamily() {
        #expect(plan("task.reserved", family: "voice").webhook(0, accountSID: account) == nil)
    }
}
