import Events
import Testing
import Twilio

@testable import SyncSvc

@Suite struct GapFormTests {
    static let now = Timestamp(unixNanoseconds: 1_795_600_200_250_000_000)

    static func id(_ form: FormParameters, _ family: WebhookFamily) throws -> String {
        let translator = try WebhookTranslator(project: "main", family: family)
        return String(decoding: try translator.translate(form, receivedAt: now).recordID, as: UTF8.self)
    }

    static func form(_ scene: WebhookScene) throws -> GapForm {
        GapForm(
            account: try AccountSID(scene.accountSID),
            service: try ChatServiceSID("IS" + String(repeating: "0", count: 32)),
            workspace: try WorkspaceSID("WS" + String(repeating: "0", count: 32)))
    }

    @Test(
        "A listed message has the id that its webhook had",
        arguments: [
            (WebhookFamily.conversations, "onMessageAdded"), (.chat, "onMessageSent"), (.chat, "onMediaMessageSent"),
        ])
    func messages(family: WebhookFamily, name: String) throws {
        var scene = WebhookScene(seed: 4, now: Self.now)
        let made = scene.webhook(name, family: family)
        let webhook = try #require(made).form
        let isChat = family == .chat
        let sid = try MessageSID(try #require(webhook.first("MessageSid")))
        let conversation = try ConversationSID(
            try #require(webhook.first(isChat ? "ChannelSid" : "ConversationSid")))
        var message = ProjectMessage(
            sid: sid, index: 3, author: "x", body: webhook.first("Body"), attributes: JSONObject(),
            dateCreated: Self.now)
        if name == "onMediaMessageSent" {
            let media = try MediaSID(try #require(webhook.first("MediaSid")))
            message.media = [ProjectMedia(sid: media, contentType: "image/jpeg", filename: "f", size: 1)]
        }
        let listed = try Self.form(scene).message(message, in: conversation, dialect: isChat ? .chat : .conversations)
        #expect(try Self.id(listed, family) == Self.id(webhook, family))
        let translator = try WebhookTranslator(project: "main", family: family)
        let event = try CloudEventJSON.decode(translator.translate(listed, receivedAt: Self.now).document)
        #expect(event.topic == "message.added")
        #expect(event.key.text == conversation.text)
        #expect(event.time == Self.now)
    }

    @Test("Parameters of TaskRouter's listing get the callback's names")
    func names() {
        #expect(GapForm.parameter("task_channel_unique_name") == "TaskChannelUniqueName")
        #expect(GapForm.parameter("worker_time_in_previous_activity_ms") == "WorkerTimeInPreviousActivityMs")
        #expect(GapForm.parameter("sid") == "Sid")
    }
}
