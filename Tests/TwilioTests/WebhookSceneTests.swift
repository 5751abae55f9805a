import Events
import Testing
import Twilio

@Suite struct WebhookSceneTests {
    static let now = Timestamp(unixNanoseconds: 1_795_600_200_250_000_000)

    @Test("Every topic that can be triggered gives a webhook that translates into it", arguments: WebhookScene.topics)
    func topicsAgree(topic: Topic) throws {
        var scene = WebhookScene(seed: 3, now: Self.now)
        let fixture = try Self.webhook(topic.name, of: &scene)
        let translator = try WebhookTranslator(project: "main", family: fixture.family)
        #expect(try translator.translate(fixture.form, receivedAt: Self.now).topic == topic)
    }

    @Test("Every topic of the Gateway's webhooks can be triggered")
    func coversTheCatalogue() {
        let webhooks = TopicCatalogue.entries.filter {
            $0.publishers.contains("Gateway") && $0.topic != "dial.requested"
        }
        #expect(webhooks.map(\.topic).sorted() == WebhookScene.topics.sorted())
    }

    @Test("The same seed gives the same webhooks, another seed others, and one scene one contact")
    func seeds() throws {
        var one = WebhookScene(seed: 5, now: Self.now)
        var same = WebhookScene(seed: 5, now: Self.now)
        var other = WebhookScene(seed: 6, now: Self.now)
        let first = try Self.webhook("task.reserved", of: &one)
        let again = try Self.webhook("task.reserved", of: &same)
        let different = try Self.webhook("task.reserved", of: &other)
        #expect(again.body == first.body)
        #expect(different.body != first.body)
        let second = try Self.webhook("task.accepted", of: &one)
        #expect(first.form.first("TaskSid") == second.form.first("TaskSid"))
        #expect(first.form.first("Sid") != second.form.first("Sid"))
    }

    @Test("SIDs are valid and the account is the one asked for")
    func identifiers() throws {
        var scene = WebhookScene(seed: 9, accountSID: "AC0123456789abcdef0123456789abcdef", now: Self.now)
        let form = try Self.webhook("task.reserved", of: &scene).form
        #expect(form.first("AccountSid") == "AC0123456789abcdef0123456789abcdef")
        _ = try TaskSID(#require(form.first("TaskSid")))
        _ = try ReservationSID(#require(form.first("ReservationSid")))
        _ = try WorkerSID(#require(form.first("WorkerSid")))
        _ = try TaskRouterEventSID(#require(form.first("Sid")))
        let unknown = scene.webhook("no.such.event")
        #expect(unknown?.eventName == nil)
        let sent = scene.webhook("onMessageSent")
        #expect(sent?.family == .chat)
        let chat = scene.webhook("message.added", family: .chat)
        #expect(chat?.eventName == "onMessageSent")
    }

    @Test("A triggered webhook is signed for the URL it is posted to")
    func signature() throws {
        var scene = WebhookScene(seed: 9, now: Self.now)
        let fixture = try Self.webhook("task.reserved", of: &scene)
        let token = Array("secret".utf8)
        let header = fixture.signature(url: "https://h.example/webhooks/twilio/main/taskrouter", token: token)
        let url = try #require(SignedURL(base: "https://h.example"))
        let form = try FormParameters(decoding: fixture.body)
        let isAccepted = Array("/webhooks/twilio/main/taskrouter".utf8).withUnsafeBytes {
            WebhookSignature(tokens: [token]).verifies(header, url: url, target: $0, form: form)
        }
        #expect(isAccepted)
        #expect((1_200...2_400).contains(fixture.body.count), "\(fixture.body.count) bytes")
    }

    private static func webhook(_ name: String, of scene: inout WebhookScene) throws -> WebhookFixture {
        let fixture = scene.webhook(name)
        return try #require(fixture)
    }
}
