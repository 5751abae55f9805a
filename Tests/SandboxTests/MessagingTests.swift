import Events
import TestSupport
import Testing

@testable import Sandbox

@Suite struct MessagingTests {
    private let conversations = "conversations/v1/Conversations"

    /// Events of messaging; Flex tells of its tasks besides.
    private func names(_ project: TestProject) -> [String] {
        project.webhooks.map(\.event).filter { $0.hasPrefix("on") }
    }

    private func withWebhooks(_ dialect: SandboxProject.Dialect = .conversations) -> TestProject {
        TestProject {
            $0.dialect = dialect
            $0.webhookBase = "http://bus/webhooks/twilio/flex"
        }
    }

    @Test("REST writes are silent unless they ask, and people's acts never are")
    func silence() throws {
        var project = withWebhooks()
        let sid = try project.post(conversations, [("FriendlyName", "x")])["sid"]?.string ?? ""
        _ = try project.post("\(conversations)/\(sid)/Messages", [("Body", "a")])
        #expect(names(project).isEmpty)
        _ = try project.post("\(conversations)/\(sid)/Messages", [("Body", "b")], echoes: true)
        try project.act("conversations/\(sid)/messages", [("author", "ana"), ("body", "c")])
        #expect(names(project) == ["onMessageAdded", "onMessageAdded"])
        #expect(project.webhooks.allSatisfy { $0.url == "http://bus/webhooks/twilio/flex/conversations" })
    }

    @Test("The Chat dialect names the same things by its own words")
    func chat() throws {
        var project = withWebhooks(.chat)
        let chat = try project.act("customer/chats", [("name", "Zoë"), ("body", "hola")])
        #expect(
            names(project).filter { !$0.hasPrefix("onUser") } == ["onChannelAdded", "onMemberAdded", "onMessageSent"])
        let sent = project.webhooks.first { $0.event == "onMessageSent" }
        let fields = Dictionary(sent?.parameters.map { ($0.name, $0.value) } ?? []) { $1 }
        #expect(fields["ChannelSid"] == chat["conversation_sid"]?.string && fields["From"] == chat["identity"]?.string)
        #expect(fields["ConversationSid"] == nil && fields["Author"] == nil)
    }

    @Test("A first text makes an initializing conversation, then it is active and the message is in it")
    func inbound() throws {
        var project = withWebhooks()
        let sid =
            try project.act("customer/sms", [("from", "+34600111222"), ("body", "hola")])["conversation_sid"]?.string
            ?? ""
        #expect(try project.get("\(conversations)/\(sid)")["state"]?.string == "initializing")
        #expect(throws: TwilioProblem.self) {
            _ = try project.perform(.post, "\(conversations)/\(sid)/Messages", form: [("Body", "early")])
        }
        project.advance(by: .seconds(1))
        #expect(try project.get("\(conversations)/\(sid)")["state"]?.string == "active")
        let messages = try project.get("\(conversations)/\(sid)/Messages")["messages"]
        #expect(messages?.array?.map { $0["author"]?.string } == ["+34600111222"])
        #expect(
            names(project) == [
                "onConversationAdded", "onParticipantAdded", "onConversationStateUpdated", "onMessageAdded",
            ])
    }

    @Test("A silent conversation becomes inactive and then closed, an active one does not")
    func timers() throws {
        var project = withWebhooks()
        let made = try project.post(
            conversations, [("Timers.Inactive", "PT1M"), ("Timers.Closed", "PT10M"), ("UniqueName", "timed")])
        let sid = made["sid"]?.string ?? ""
        project.advance(by: .seconds(50))
        _ = try project.post("\(conversations)/timed/Messages", [("Body", "still here")])
        project.advance(by: .seconds(50))
        #expect(try project.get("\(conversations)/\(sid)")["state"]?.string == "active")
        project.advance(by: .seconds(120))
        #expect(try project.get("\(conversations)/\(sid)")["state"]?.string == "inactive")
        project.advance(by: .seconds(601))
        #expect(try project.get("\(conversations)/\(sid)")["state"]?.string == "closed")
        let reasons = project.webhooks.flatMap(\.parameters).filter { $0.name == "Reason" }.map(\.value)
        #expect(reasons == ["TIMER", "TIMER"])
    }

    @Test("A message to an unreachable phone ends as undelivered")
    func unreachable() throws {
        var project = withWebhooks()
        let sid = try project.post(conversations)["sid"]?.string ?? ""
        let phone = [("MessagingBinding.Address", "+34600009999"), ("MessagingBinding.ProxyAddress", "+14155550100")]
        _ = try project.post("\(conversations)/\(sid)/Participants", phone)
        _ = try project.post("\(conversations)/\(sid)/Messages", [("Body", "x"), ("Author", "ana")])
        project.advance(by: .seconds(5))
        let statuses = project.webhooks.filter { $0.event == "onDeliveryUpdated" }
            .flatMap(\.parameters).filter { ["Status", "ErrorCode"].contains($0.name) }.map(\.value)
        #expect(statuses == ["sent", "0", "undelivered", "30003"])
    }

    @Test("Handing over in the app changes participants and notes it in the attributes")
    func transfer() throws {
        var project = withWebhooks()
        let sid = try project.post(conversations, [("Attributes", #"{"kept":1}"#)])["sid"]?.string ?? ""
        _ = try project.post("\(conversations)/\(sid)/Participants", [("Identity", "ana")])
        try project.act("agent/transfer", [("conversation_sid", sid), ("from", "ana"), ("to", "ben")])
        #expect(names(project).suffix(3) == ["onParticipantAdded", "onParticipantRemoved", "onConversationUpdated"])
        let text = try project.get("\(conversations)/\(sid)")["attributes"]?.string ?? ""
        let attributes = try JSONValue(parsing: Array(text.utf8))
        #expect(attributes["kept"] == 1 && attributes["frontline.events"]?[0]?["to"] == "ben")
    }

    @Test("A pre-event webhook changes a message, or rejects it and nothing happened")
    func preEvents() throws {
        var project = TestProject()
        _ = try project.post("conversations/v1/Configuration/Webhooks", [("PreWebhookUrl", "http://bus/pre")])
        let sid = try project.post(conversations)["sid"]?.string ?? ""
        let path = "\(conversations)/\(sid)/Messages"
        let body = Array(#"{"body":"changed","author":"someone"}"#.utf8)
        _ = try project.perform(.post, path, form: [("Body", "a")], echoes: true, reply: .modified(body: body))
        #expect(throws: TwilioProblem.self) {
            _ = try project.perform(.post, path, form: [("Body", "b")], echoes: true, reply: .rejected(status: 403))
        }
        let messages = try project.get(path)["messages"]?.array ?? []
        #expect(messages.map { $0["body"]?.string } == ["changed"] && messages[0]["author"]?.string == "someone")
        #expect(names(project) == ["onMessageAdd", "onMessageAdd"])
    }

    @Test(
        "Whatever is written and removed, indexes stay contiguous and pages show exactly what is there",
        arguments: 1...12 as ClosedRange<UInt64>)
    func property(seed: UInt64) throws {
        var random = TestSupport.SeededGenerator(seed: seed)
        var project = TestProject(seed: seed)
        let sid = try project.post(conversations)["sid"]?.string ?? ""
        let path = "\(conversations)/\(sid)/Messages"
        var expected: [(sid: String, index: Int, body: String)] = []
        var next = 0
        for step in 0..<120 {
            if expected.isEmpty || !random.oneIn(4) {
                let made = try project.post(path, [("Body", "\(step)")])
                #expect(made["index"]?.integer == Int64(next), "seed \(seed)")
                expected.append((made["sid"]?.string ?? "", next, "\(step)"))
                next += 1
            } else if random.oneIn(2) {
                let removed = expected.remove(at: random.int(0...expected.count - 1))
                #expect(try project.delete("\(path)/\(removed.sid)") == 204)
            } else {
                let at = random.int(0...expected.count - 1)
                _ = try project.post("\(path)/\(expected[at].sid)", [("Body", "edited \(step)")])
                expected[at].body = "edited \(step)"
            }
        }
        var seen: [String] = []
        var token: String?
        repeat {
            let query =
                [("PageSize", "\(random.int(1...9))"), ("Order", "asc")] + (token.map { [("PageToken", $0)] } ?? [])
            let page = try project.get(path, query)
            seen += page["messages"]?.array?.compactMap { $0["body"]?.string } ?? []
            let next = page["meta"]?["next_page_url"]?.string
            token = next?.split(separator: "PageToken=").last.map(String.init)
        } while token != nil
        #expect(seen == expected.map(\.body), "seed \(seed)")
    }

    @Test("The same seed makes the same SIDs")
    func seeds() throws {
        func sids(_ seed: UInt64) throws -> [String?] {
            var project = TestProject(seed: seed)
            return try (0..<3).map { _ in try project.post(conversations)["sid"]?.string }
        }
        #expect(try sids(1) == sids(1))
        #expect(try sids(1) != sids(2))
    }
}
