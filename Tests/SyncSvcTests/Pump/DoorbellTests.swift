import Events
import Testing
import Twilio

@testable import SyncSvc

/// Which webhooks ring, for which pair, and what they carry: from the webhooks' own parameters on.
@Suite struct DoorbellTests {
    static let account = "AC" + String(repeating: "1", count: 32)
    static let conversation = "CH" + String(repeating: "2", count: 32)
    static let message = "IM" + String(repeating: "3", count: 32)

    let doorbell = Doorbell(
        projects: BothSides(flex: "flex", frontline: "app"), dialects: BothSides(flex: .chat, frontline: .conversations)
    )

    /// What becomes of a webhook, decided as the consumer does.
    func decide(
        _ parameters: [(String, String)], project: String, family: WebhookFamily, isLinked: Bool
    ) throws -> Doorbell.Decision {
        let translator = try WebhookTranslator(project: project, family: family)
        let form = FormParameters([("AccountSid", Self.account)] + parameters)
        let translated = try translator.translate(form, receivedAt: Timestamp(unixNanoseconds: 1))
        let event = try CloudEventJSON.decode(translated.document)
        guard let data = event.data.json, let subject = doorbell.conversation(of: event, data: data) else {
            return .ignore(.foreign)
        }
        let pair = isLinked ? try ConversationSID("CH" + String(repeating: "9", count: 32)) : nil
        return doorbell.decide(event, data: data, subject: subject, pair: pair, offset: 7, time: 8)
    }

    func messageAdded(_ more: [(String, String)] = []) -> [(String, String)] {
        [
            ("EventType", "onMessageAdded"), ("ConversationSid", Self.conversation), ("MessageSid", Self.message),
            ("Index", "4"), ("Author", "agent.one"), ("Body", "hello"), ("DateCreated", "2026-11-24T10:00:00.000Z"),
        ] + more
    }

    @Test("A message of a linked conversation rings for its pair and brings itself along")
    func message() throws {
        let decision = try decide(
            messageAdded([("Attributes", "{\"k\":1}")]), project: "app", family: .conversations, isLinked: true)
        guard case .ring(let ring) = decision else { return #expect(Bool(false), "\(decision)") }
        #expect(ring.reason == .message && ring.side == .frontline && ring.index == 4 && ring.cause == 7)
        #expect(ring.pair.text == "CH" + String(repeating: "9", count: 32))
        #expect(ring.message?.body == "hello" && ring.message?.author == "agent.one")
        #expect(ring.message?.attributes == JSONObject([("k", JSONValue.number(JSONNumber(1)))]))
        let event = try ring.event(.cause(recordID: "/twilio/app\nonMessageAdded:x"))
        let read = try #require(event.data.json.flatMap(PumpEvent.init))
        #expect(read == ring)
    }

    @Test("Our own copies ring nothing, nor do the sample's")
    func copies() throws {
        let tags = [
            "{\"mirror\":{\"src\":\"flex\",\"id\":\"\(Self.message)\"}}", "{\"AddedViaConversationWebhook\":true}",
        ]
        for tag in tags {
            let decision = try decide(
                messageAdded([("Attributes", tag)]), project: "app", family: .conversations, isLinked: true)
            #expect(decision == .ignore(.copy), "\(tag)")
        }
    }

    @Test("A message with a file is listed, not carried along")
    func media() throws {
        let media = "[{\"Sid\":\"ME1\",\"Filename\":\"a.png\",\"ContentType\":\"image/png\",\"Size\":5}]"
        let decision = try decide(
            messageAdded([("Media", media)]), project: "app", family: .conversations, isLinked: true)
        guard case .ring(let ring) = decision else { return #expect(Bool(false), "\(decision)") }
        #expect(ring.message == nil && ring.index == 4)
    }

    @Test("In the Chat dialect the same facts ring the same way")
    func chat() throws {
        let parameters = [
            ("EventType", "onMessageSent"), ("ChannelSid", Self.conversation), ("MessageSid", Self.message),
            ("Index", "0"), ("From", "ana_40example"), ("Body", "hi"),
        ]
        let decision = try decide(parameters, project: "flex", family: .chat, isLinked: true)
        guard case .ring(let ring) = decision else { return #expect(Bool(false), "\(decision)") }
        #expect(ring.reason == .message && ring.side == .flex && ring.message?.author == "ana_40example")
    }

    @Test("Unlinked conversations ring nothing on the Flex side, and begin a pair on the app's")
    func unlinked() throws {
        let flex = try decide(messageAdded(), project: "flex", family: .conversations, isLinked: false)
        #expect(flex == .ignore(.unlinked))
        let app = try decide(messageAdded(), project: "app", family: .conversations, isLinked: false)
        guard case .ring(let ring) = app else { return #expect(Bool(false), "\(app)") }
        #expect(ring.reason == .appeared && ring.pair.text == Self.conversation)
    }

    @Test("Accepted work pairs its conversation, except voice")
    func accepted() throws {
        func work(_ channel: String) -> [(String, String)] {
            [
                ("EventType", "reservation.accepted"), ("Sid", "EV" + String(repeating: "1", count: 32)),
                ("TaskSid", "WT" + String(repeating: "1", count: 32)),
                ("ReservationSid", "WR" + String(repeating: "1", count: 32)), ("WorkerName", "agent.one"),
                ("TaskChannelUniqueName", channel), ("Timestamp", "1700000000"),
                ("TaskAttributes", "{\"conversationSid\":\"\(Self.conversation)\"}"),
            ]
        }
        let chat = try decide(work("chat"), project: "flex", family: .taskrouter, isLinked: false)
        guard case .ring(let ring) = chat else { return #expect(Bool(false), "\(chat)") }
        #expect(ring.reason == .accepted && ring.pair.text == Self.conversation)
        #expect(ring.details["workerName"]?.string == "agent.one")
        #expect(try decide(work("voice"), project: "flex", family: .taskrouter, isLinked: false) == .ignore(.unlinked))
        #expect(try decide(work("chat"), project: "app", family: .taskrouter, isLinked: false) == .ignore(.foreign))
    }

    @Test("Events of other projects are not ours")
    func foreign() throws {
        let decision = try decide(messageAdded(), project: "third", family: .conversations, isLinked: true)
        #expect(decision == .ignore(.foreign))
    }

    @Test("The end of a conversation rings as state in both dialects")
    func closing() throws {
        let state = [
            ("EventType", "onConversationStateUpdated"), ("ConversationSid", Self.conversation),
            ("StateFrom", "active"), ("StateTo", "closed"), ("StateUpdated", "2026-11-24T10:00:00.000Z"),
        ]
        guard case .ring(let one) = try decide(state, project: "app", family: .conversations, isLinked: true) else {
            return #expect(Bool(false))
        }
        #expect(one.reason == .state)
        let channel = [
            ("EventType", "onChannelUpdated"), ("ChannelSid", Self.conversation),
            ("DateUpdated", "2026-11-24T10:00:00.000Z"), ("Attributes", "{\"status\":\"INACTIVE\"}"),
        ]
        guard case .ring(let other) = try decide(channel, project: "flex", family: .chat, isLinked: true) else {
            return #expect(Bool(false))
        }
        #expect(other.reason == .state)
    }
}
