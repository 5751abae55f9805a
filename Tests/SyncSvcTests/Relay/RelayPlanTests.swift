import Events
import Hosting
import Testing
import Twilio

@testable import SyncSvc

@Suite struct RelayPlanTests {
    static let token = Array("s3cret".utf8)
    static let now = Timestamp(unixNanoseconds: 1_795_600_200_250_000_000)

    static func plan(_ yaml: String) throws -> RelayPlan {
        let source = try SettingsSource(yaml: yaml)
        let settings = try source.peek { RelaySettings(reader: $0.section("sync").section("relay")) }
        return RelayPlan(
            settings: settings,
            sides: BothSides(flex: ("main", .chat, token), frontline: ("mobile", .conversations, token)))
    }

    static let yaml = "sync:\n  relay:\n    flex:\n      url: https://old.example.com/Proxy/KS1?a=b#rc=2\n"

    static func event(_ name: String, project: String = "main") throws -> (Event, FormParameters) {
        var scene = WebhookScene(seed: 9, now: now)
        let made = scene.webhook(name, family: .chat)
        let form = try #require(made).form
        let translator = try WebhookTranslator(project: project, family: .chat)
        return (try CloudEventJSON.decode(translator.translate(form, receivedAt: now).document), form)
    }

    @Test("The original webhook gets the same parameters, signed for its own address, with headers of its own")
    func post() throws {
        let plan = try Self.plan(Self.yaml)
        let (event, form) = try Self.event("onMessageSent")
        let post = try #require(plan.post(for: event, attempt: 1))
        #expect(post.url == "https://old.example.com/Proxy/KS1?a=b")
        #expect(post.body == form.encoded, "RetryCount is 0 in both")
        let headers = Dictionary(uniqueKeysWithValues: post.headers.map { ($0.name, $0.value) })
        let signature = WebhookSignature(tokens: [Self.token])
        #expect(headers["X-Twilio-Signature"] == signature.header(url: post.url, form: form))
        #expect(headers["Content-Length"] == nil && headers["Host"] == nil)
        // A receiver that checks as Twilio's libraries do takes it.
        let url = try #require(SignedURL(base: "https://old.example.com"))
        let isGood = Array("/Proxy/KS1?a=b".utf8).withUnsafeBytes { target in
            signature.verifies(headers["X-Twilio-Signature"], url: url, target: target, form: form)
        }
        #expect(isGood)
        let again = try #require(plan.post(for: event, attempt: 3))
        #expect(try FormParameters(decoding: again.body).first("RetryCount") == "2")
        #expect(again.headers.first { $0.name == "I-Twilio-Idempotency-Token" }?.value == event.id.text)
    }

    @Test("Only the side's own events are relayed, only those named, and no replays")
    func selection() throws {
        let plan = try Self.plan(Self.yaml + "      events: [onMessageSent]\n")
        #expect(plan.post(for: try Self.event("onMessageSent").0, attempt: 1) != nil)
        #expect(plan.post(for: try Self.event("onChannelUpdated").0, attempt: 1) == nil)
        #expect(plan.post(for: try Self.event("onMessageSent", project: "mobile").0, attempt: 1) == nil)
        var replay = try Self.event("onMessageSent").0
        replay.replayOf = "x"
        #expect(plan.post(for: replay, attempt: 1) == nil)
        #expect(try Self.plan("sync: {}").isEmpty)
    }

    @Test("Answers decide: done, again as asked, or refused")
    func verdicts() throws {
        let plan = try Self.plan(Self.yaml)
        #expect(plan.verdict(status: 204, retryAfter: nil) == .done)
        #expect(plan.verdict(status: 503, retryAfter: "7") == .again(after: .seconds(7), reason: "relay.status_503"))
        #expect(
            plan.verdict(status: 429, retryAfter: "99999") == .again(after: .seconds(300), reason: "relay.status_429"))
        #expect(plan.verdict(status: 500, retryAfter: "soon") == .again(after: nil, reason: "relay.status_500"))
        for status in [302, 400, 403, 404] {
            #expect(plan.verdict(status: status, retryAfter: nil) == .refused(reason: "relay.status_\(status)"))
        }
    }
}
