import Events
import TestSupport
import Testing
import Twilio

@Suite struct WebhookTranslatorTests {
    static let now = Timestamp(unixNanoseconds: 1_795_600_200_250_000_000)

    struct Known: Sendable, CustomTestStringConvertible {
        let family: WebhookFamily
        let name: String
        var testDescription: String { "\(family.rawValue) \(name)" }

        static let all: [Known] = WebhookFamily.allCases.flatMap { family in
            (WebhookScene.eventNames[family] ?? []).map { Known(family: family, name: $0) }
        }
    }

    @Test("Every known event becomes a valid CloudEvent of the catalogue or of its family", arguments: Known.all)
    func translatesEveryEvent(known: Known) throws {
        let fixture = try Self.fixture(known.name, known.family)
        let translated = try Self.translate(fixture)
        let event = try CloudEventJSON.decode(translated.document)
        #expect(try CloudEventJSON.encode(event) == translated.document, "written as CloudEventJSON writes it")
        #expect(event.topic == translated.topic)
        #expect(Array(event.key.text.utf8) == translated.key)
        #expect(Array(event.recordID.utf8) == translated.recordID)
        #expect(event.source.path == "/twilio/main")
        #expect(event.data.json?["accountSid"]?.string == translated.accountSID)
        try TopicCatalogue.validate(event)
        if TopicCatalogue.entry(for: event.topic) == nil {
            #expect(TopicCatalogue.passThrough.contains { $0.filter.matches(event.topic) })
        }
        for (name, _) in fixture.parameters where name != "RetryCount" {
            #expect(event.data.json?["raw"]?[name] == nil, "\(name) has a mapping")
        }
    }

    @Test(
        "Events go to the topics of the design",
        arguments: [
            (.taskrouter, "reservation.created", "task.reserved"),
            (.taskrouter, "reservation.accepted", "task.accepted"),
            (.taskrouter, "reservation.rejected", "task.rejected"),
            (.taskrouter, "reservation.timeout", "task.timeout"),
            (.taskrouter, "reservation.rescinded", "task.rescinded"),
            (.taskrouter, "reservation.canceled", "task.canceled"),
            (.taskrouter, "reservation.wrapup", "task.wrapping"),
            (.taskrouter, "reservation.completed", "task.completed"), (.taskrouter, "task.created", "task.created"),
            (.taskrouter, "task.wrapup", "task.wrapping"), (.taskrouter, "task.canceled", "task.canceled"),
            (.taskrouter, "task.transfer-completed", "task.transferred"),
            (.taskrouter, "worker.activity.update", "worker.updated"),
            (.taskrouter, "worker.created", "worker.updated"),
            (.taskrouter, "task-queue.entered", "twilio.taskrouter.task-queue.entered"),
            (.taskrouter, "reservation.failed", "twilio.taskrouter.reservation.failed"),
            (.conversations, "onMessageAdded", "message.added"),
            (.conversations, "onConversationStateUpdated", "conversation.closed"),
            (.conversations, "onDeliveryUpdated", "delivery.updated"),
            (.conversations, "onParticipantUpdated", "twilio.conversations.onParticipantUpdated"),
            (.chat, "onMessageSent", "message.added"), (.chat, "onMediaMessageSent", "message.added"),
            (.chat, "onChannelDestroyed", "conversation.closed"), (.chat, "onMemberRemoved", "participant.removed"),
            (.voice, "ringing", "call.ringing"), (.voice, "in-progress", "call.answered"),
            (.voice, "completed", "call.ended"), (.voice, "busy", "call.failed"),
            (.voice, "initiated", "twilio.voice.initiated"), (.voice, "participant-hold", "call.held"),
        ] as [(WebhookFamily, String, Topic)])
    func topics(family: WebhookFamily, name: String, topic: Topic) throws {
        #expect(try Self.translate(Self.fixture(name, family)).topic == topic)
    }

    @Test("A reservation carries its task, worker and attributes with their types")
    func reservation() throws {
        let fixture = try Self.fixture("reservation.created", .taskrouter)
        let event = try CloudEventJSON.decode(Self.translate(fixture).document)
        let data = try #require(event.data.json)
        let task = try #require(fixture.form.first("TaskSid"))
        #expect(event.id.text == fixture.form.first("Sid"))
        #expect(event.key.text == task)
        #expect(event.subject == task)
        #expect(event.correlationID == task)
        #expect(event.time == Timestamp(unixNanoseconds: 1_795_600_200_250_000_000))
        #expect(data["eventType"] == "reservation.created")
        #expect(data["taskAge"] == 42)
        #expect(data["taskIgnoreCapacity"] == false)
        #expect(data["taskAttributes"]?["name"] == "Zoë Müller")
        #expect(data["workerAttributes"]?["routing"]?["skills"] == ["billing", "español"])
        #expect(data["raw"] == nil)
    }

    @Test("Both dialects of a message give the same fields")
    func dialects() throws {
        for (family, name, author) in [
            (WebhookFamily.conversations, "onMessageAdded", "Author"), (.chat, "onMessageSent", "From"),
        ] {
            let fixture = try Self.fixture(name, family)
            let event = try CloudEventJSON.decode(Self.translate(fixture).document)
            let container = family == .chat ? "ChannelSid" : "ConversationSid"
            #expect(event.data.json?["dialect"]?.string == family.rawValue)
            #expect(event.data.json?["conversationSid"]?.string == fixture.form.first(container))
            #expect(event.data.json?["author"]?.string == fixture.form.first(author))
            #expect(event.data.json?["body"]?.string == fixture.form.first("Body"))
            #expect(event.key.text == fixture.form.first(container))
            #expect(event.correlationID == fixture.form.first(container))
            #expect(event.subject == fixture.form.first("MessageSid"))
            #expect(event.time == Self.now)
        }
    }

    @Test("What has no mapping, or does not fit it, stays in raw under the provider's name")
    func keepsRest() throws {
        let fixture = try Self.fixture("reservation.created", .taskrouter).setting([
            "NewField": "x", "TaskAge": "old", "TaskAttributes": "{broken", "TaskIgnoreCapacity": "perhaps",
            "WorkerVersion": "007", "TaskPriority": "",
        ])
        let data = try #require(try CloudEventJSON.decode(Self.translate(fixture).document).data.json)
        #expect(
            data["raw"] == [
                "NewField": "x", "TaskAge": "old", "TaskAttributes": "{broken", "TaskIgnoreCapacity": "perhaps",
                "WorkerVersion": "007",
            ])
        #expect(data["taskAttributes"] == nil)
        #expect(data["taskPriority"] == .null)
    }

    @Test("Of a repeated parameter the first value counts and all are kept")
    func repeated() throws {
        var pairs = try Self.fixture("ringing", .voice).parameters.map { ($0.name, $0.value) }
        pairs += [("To", "+1999"), ("X", "b"), ("X", "a")]
        let first = pairs.first { $0.0 == "To" }?.1 ?? ""
        let event = try CloudEventJSON.decode(
            Self.translator(.voice).translate(FormParameters(pairs), receivedAt: Self.now).document)
        #expect(event.data.json?["to"] == .string(first))
        #expect(event.data.json?["raw"] == ["To": [.string(first), "+1999"], "X": ["b", "a"]])
    }

    @Test("A retry of a delivery is the same document, whatever the retry count and the moment")
    func retries() throws {
        let fixture = try Self.fixture("onMessageAdded", .conversations)
        let first = try Self.translate(fixture)
        let retry = try Self.translator(.conversations).translate(
            fixture.setting(["RetryCount": "1"]).form, deliveryToken: "other",
            receivedAt: Self.now.advanced(by: .seconds(9)))
        #expect(first.document == retry.document)
        #expect(first.recordID == retry.recordID)
        #expect(first.retryCount == 0)
        #expect(retry.retryCount == 1)
        #expect(first.hasContentKey)
    }

    @Test(
        "Ids follow the content keys of the provider",
        arguments: [
            (.conversations, "onMessageAdded", ["EventType", "MessageSid"]),
            (.conversations, "onMessageUpdated", ["EventType", "MessageSid", "DateUpdated"]),
            (.conversations, "onParticipantAdded", ["EventType", "ParticipantSid"]),
            (.conversations, "onConversationStateUpdated", ["EventType", "ConversationSid", "StateUpdated"]),
            (.conversations, "onDeliveryUpdated", ["DeliveryReceiptSid", "Status"]),
            (.chat, "onMessageSent", ["EventType", "MessageSid"]),
            (.voice, "ringing", ["CallSid", "SequenceNumber"]), (.voice, "completed", ["CallSid", "CallStatus"]),
            (.voice, "participant-hold", ["ConferenceSid", "SequenceNumber"]),
            (.taskrouter, "task.created", ["Sid"]),
        ] as [(WebhookFamily, String, [String])])
    func contentKeys(family: WebhookFamily, name: String, parts: [String]) throws {
        let fixture = try Self.fixture(name, family)
        let expected = parts.map { fixture.form.first($0) ?? "?" }.joined(separator: ":")
        let translated = try Self.translate(fixture)
        #expect(String(decoding: translated.recordID, as: UTF8.self) == "/twilio/main\n" + expected)
    }

    @Test("Where the provider numbers nothing, the delivery's token tells facts apart, or else the moment of receipt")
    func withoutContentKey() throws {
        let form = try Self.fixture("onUserUpdated", .conversations).form
        let translator = try Self.translator(.conversations)
        let one = try translator.translate(form, deliveryToken: "t1", receivedAt: Self.now)
        let again = try translator.translate(form, deliveryToken: "t1", receivedAt: Self.now.advanced(by: .seconds(1)))
        let other = try translator.translate(form, deliveryToken: "t2", receivedAt: Self.now)
        let bare = try translator.translate(form, receivedAt: Self.now)
        let later = try translator.translate(form, receivedAt: Self.now.advanced(by: .seconds(1)))
        #expect(one == again)
        #expect(!one.hasContentKey)
        #expect(Set([one, other, bare, later].map(\.recordID)).count == 4)
    }

    @Test(
        "A webhook without what identity and order need is refused, naming the parameter",
        arguments: [
            (.taskrouter, "reservation.created", "Sid"), (.taskrouter, "reservation.created", "TaskSid"),
            (.taskrouter, "reservation.created", "ReservationSid"), (.taskrouter, "reservation.created", "AccountSid"),
            (.taskrouter, "reservation.created", "EventType"), (.taskrouter, "worker.activity.update", "WorkerSid"),
            (.conversations, "onMessageAdded", "MessageSid"), (.conversations, "onMessageAdded", "ConversationSid"),
            (.conversations, "onDeliveryUpdated", "Status"), (.chat, "onMessageSent", "ChannelSid"),
            (.voice, "ringing", "CallSid"), (.voice, "ringing", "CallStatus"),
        ] as [(WebhookFamily, String, String)])
    func missingFields(family: WebhookFamily, name: String, field: String) throws {
        let fixture = try Self.fixture(name, family)
        for value in [nil, ""] as [String?] {
            #expect {
                try Self.translate(fixture.setting([field: value]))
            } throws: { error in
                guard case .fieldMissing(field, _)? = error as? WebhookRejection else { return false }
                return true
            }
        }
        for bad in ["a\nb", "é", String(repeating: "x", count: 129)] {
            #expect {
                try Self.translate(fixture.setting([field: bad]))
            } throws: { error in
                guard case .fieldInvalid(field, _)? = error as? WebhookRejection else { return false }
                return true
            }
        }
    }

    @Test("Events nobody has heard of are passed on under their family")
    func unknownEvents() throws {
        for (name, topic) in [
            ("task.teleported", "twilio.taskrouter.task.teleported"), ("a b/c..d.", "twilio.taskrouter.a-b-c.d"),
            ("...", "twilio.taskrouter.unnamed"),
        ] {
            let fixture = try Self.fixture("task.created", .taskrouter).setting(["EventType": name])
            let translated = try Self.translate(fixture)
            #expect(translated.topic.name == topic)
            #expect(try CloudEventJSON.decode(translated.document).data.json?["eventType"]?.string == name)
        }
        let bare = FormParameters([("AccountSid", "AC1"), ("EventType", "onSomething")])
        let event = try Self.translator(.chat).translate(bare, receivedAt: Self.now)
        #expect(event.topic == "twilio.chat.onSomething")
        #expect(String(decoding: event.key, as: UTF8.self) == "AC1")
    }

    @Test("A conversation that is not closed by a change of state is updated")
    func stateChanges() throws {
        let fixture = try Self.fixture("onConversationStateUpdated", .conversations)
        #expect(try Self.translate(fixture.setting(["StateTo": "inactive"])).topic == "conversation.updated")
    }

    @Test("Legs of one call keep their own order and share the interaction")
    func childCalls() throws {
        let parent = "CA00000000000000000000000000000001"
        let fixture = try Self.fixture("ringing", .voice).setting(["ParentCallSid": parent])
        let event = try CloudEventJSON.decode(Self.translate(fixture).document)
        #expect(event.key.text == fixture.form.first("CallSid"))
        #expect(event.correlationID == parent)
        #expect(event.time == Timestamp(unixNanoseconds: 1_795_600_200_000_000_000))
    }

    @Test("Attributes over several lines still give a document of one line, and deep ones still decode")
    func awkwardAttributes() throws {
        let deep = String(repeating: "{\"a\":", count: 200) + "1" + String(repeating: "}", count: 200)
        for attributes in ["{\n\t\"a\": 1,\r\n \"b\": [ ]\n}", deep, " [1] ", "{\"a\":1}x", "\"text\"", "17"] {
            let fixture = try Self.fixture("task.created", .taskrouter).setting(["TaskAttributes": attributes])
            let document = try Self.translate(fixture).document
            #expect(document.allSatisfy { $0 >= 0x20 })
            let data = try #require(try CloudEventJSON.decode(document).data.json)
            #expect(data["taskAttributes"] != nil || data["raw"]?["TaskAttributes"]?.string == attributes)
        }
    }

    @Test("Any parameters give a document that decodes to what was sent, or a typed refusal", arguments: 0..<20)
    func anyParameters(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let known = Known.all[random.int(0...Known.all.count - 1)]
        for _ in 0..<50 {
            var fixture = try Self.fixture(known.name, known.family)
            let victim = fixture.parameters[random.int(0...fixture.parameters.count - 1)].name
            fixture = fixture.setting([
                victim: random.text(upTo: 40), "x" + random.text(upTo: 10): random.text(upTo: 200),
            ])
            do {
                let translated = try Self.translate(fixture)
                let event = try CloudEventJSON.decode(translated.document)
                #expect(try CloudEventJSON.encode(event) == translated.document, "seed \(seed)")
            } catch is WebhookRejection {
                continue
            }
        }
    }

    static func fixture(_ name: String, _ family: WebhookFamily) throws -> WebhookFixture {
        var scene = WebhookScene(seed: 1, now: now)
        let fixture = scene.webhook(name, family: family)
        return try #require(fixture)
    }

    static func translator(_ family: WebhookFamily) throws -> WebhookTranslator {
        try WebhookTranslator(project: "main", family: family)
    }

    static func translate(_ fixture: WebhookFixture) throws -> TranslatedEvent {
        try translator(fixture.family).translate(fixture.form, receivedAt: now)
    }
}
