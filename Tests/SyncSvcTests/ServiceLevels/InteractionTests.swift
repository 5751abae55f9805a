import Events
import TestSupport
import Testing

@testable import SyncSvc

@Suite struct InteractionTests {
    /// One happening: what a consumer is handed.
    struct Happening: Sendable {
        var topic: String
        var id: String
        var at: UInt64
        var data: JSONValue
        /// The conversation it is about; nil for events of a task.
        var conversation: String?
    }

    static let start: UInt64 = 1_795_600_000_000

    @Test("Wait, first response, responses and duration come from the times of the events")
    func measures() throws {
        let interaction = try #require(Self.interaction(Self.chat(answeredOn: .flex)))
        #expect(interaction.key == "CHf")
        #expect(interaction.queue == "Everyone")
        #expect(interaction.channel == "web")
        #expect(interaction.agent == "ana.ruiz@example.com")
        #expect(interaction.outcome == "completed")
        #expect(interaction.waitMilliseconds == 20_000)
        #expect(interaction.firstResponseMilliseconds == 25_000)
        // 25 s for the first two questions, 4 s for the third; the last one stays without an answer.
        #expect(interaction.responses.count == 2)
        #expect(interaction.responses.totalMilliseconds == 29_000)
        #expect(interaction.responses.longestMilliseconds == 25_000)
        #expect(interaction.customerMessages == 4)
        #expect(interaction.agentMessages == 2)
        // Over when wrap-up began, not when it ended.
        #expect(interaction.durationMilliseconds == 90_000)
    }

    @Test("It makes no difference on which side the agent answered")
    func sides() throws {
        let desk = try #require(Self.interaction(Self.chat(answeredOn: .flex)))
        let mobile = try #require(Self.interaction(Self.chat(answeredOn: .frontline)))
        #expect(desk == mobile)
    }

    @Test("Every order of arrival gives the same interaction", arguments: 1...200)
    func permutations(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let happenings = Self.randomContact(&generator)
        let expected = Self.interaction(happenings)
        for _ in 0..<5 {
            #expect(Self.interaction(happenings.shuffled(using: &generator)) == expected, "seed \(seed)")
        }
    }

    @Test("Facts come back from the map as they were", arguments: 1...50)
    func codec(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let (tasks, conversations) = Self.facts(Self.randomContact(&generator))
        for task in tasks { #expect(TaskFacts(task.json) == task) }
        for (_, facts) in conversations { #expect(ConversationFacts(facts.json) == facts) }
        #expect(TaskFacts(["a": 1]) == nil)
        #expect(ConversationFacts(["authors": [], "points": [1, 0]]) == nil)
    }

    @Test("Nothing is complete while a task of it runs, so that a transfer is one interaction")
    func transfer() throws {
        var happenings = Self.chat(answeredOn: .flex)
        happenings.append(Self.task("task.created", 40_000, task: "WT2"))
        #expect(Self.interaction(happenings) == nil)
        happenings.append(Self.task("task.accepted", 50_000, task: "WT2", worker: "bo"))
        happenings.append(Self.task("task.completed", 200_000, task: "WT2"))
        let interaction = try #require(Self.interaction(happenings))
        #expect(interaction.transfers == 1)
        #expect(interaction.durationMilliseconds == 200_000)
        #expect(interaction.agent == "ana.ruiz@example.com")
        #expect(try interaction.event().id.text == "interaction-completed:WT1")
        try TopicCatalogue.validate(interaction.event())
    }

    @Test("A contact that nobody took is abandoned and has no wait")
    func abandoned() throws {
        let interaction = try #require(
            Self.interaction([Self.task("task.created", 0), Self.task("task.canceled", 70_000)]))
        #expect(interaction.outcome == "abandoned")
        #expect(interaction.waitMilliseconds == nil)
        #expect(interaction.durationMilliseconds == 70_000)
        var report = ServiceLevelReport()
        report.add(interaction.json)
        #expect(report.total.abandoned == 1)
        #expect(report.agents.isEmpty)
    }

    @Test("Whole seconds of the creation and its exact event do not depend on who came first")
    func creation() {
        for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2]] {
            var facts = TaskFacts(task: "WT1")
            let events: [(String, UInt64)] = [("task.created", 250), ("task.reserved", 900), ("task.accepted", 2_000)]
            for index in order {
                facts.apply(
                    topic: events[index].0, id: "E\(index)",
                    time: Timestamp(unixNanoseconds: (Self.start + events[index].1) * 1_000_000),
                    data: ["taskDateCreated": .number(JSONNumber(Self.start / 1_000))])
            }
            #expect(facts.created == Self.start + 250)
        }
    }

    @Test("Of a very long conversation the earliest messages are kept, whatever the order")
    func truncation() {
        let count = ConversationFacts.messageLimit + 40
        let times = (0..<count).map { Self.start + UInt64($0) * 10 }
        var results: Set<ConversationFacts> = []
        var generator = SeededGenerator(seed: 5)
        for order in [times, times.reversed(), times.shuffled(using: &generator)] {
            var facts = ConversationFacts()
            for time in order {
                _ = facts.apply(
                    topic: "message.added", time: Timestamp(unixNanoseconds: time * 1_000_000), data: ["author": "x"])
            }
            results.insert(facts)
        }
        #expect(results.count == 1)
        #expect(results.first?.isTruncated == true)
        #expect(results.first?.points.last?.milliseconds == times[ConversationFacts.messageLimit - 1])
    }

    @Test("A report counts by queue, agent and channel, with quantiles")
    func report() throws {
        var report = ServiceLevelReport()
        for seconds in 1...20 {
            var interaction = try #require(Self.interaction(Self.chat(answeredOn: .flex))).json.object ?? JSONObject()
            interaction["waitMs"] = .milliseconds(UInt64(seconds) * 1_000)
            report.add(.object(interaction))
        }
        let json = report.json(
            since: Timestamp(unixNanoseconds: 0), until: Timestamp(unixNanoseconds: 1), isComplete: true)
        #expect(json["queues"]?[0]?["name"] == "Everyone")
        #expect(json["queues"]?[0]?["wait"]?["p95Ms"] == 19_000)
        #expect(json["queues"]?[0]?["wait"]?["p50Ms"] == 10_000)
        #expect(json["channels"]?[0]?["interactions"] == 20)
        #expect(json["agents"]?[0]?["name"] == "ana.ruiz@example.com")
        #expect(json["agents"]?[0]?["response"]?["averageMs"] == 14_500)
    }

    // MARK: What happens

    static func task(
        _ topic: String, _ at: UInt64, task: String = "WT1", worker: String? = nil, reservation: Bool = false
    ) -> Happening {
        var data = JSONObject([
            ("taskSid", .string(task)), ("taskChannelUniqueName", "chat"), ("taskQueueName", "Everyone"),
            ("taskAttributes", ["conversationSid": "CHf", "channelType": "web"] as JSONValue),
        ])
        if let worker { data["workerName"] = .string(worker) }
        if worker != nil || reservation { data["reservationSid"] = .string("WR\(task)") }
        return Happening(topic: topic, id: "EV\(topic)\(task)", at: start + at, data: .object(data))
    }

    static func message(_ conversation: String, _ author: String, _ at: UInt64, copyOf: String? = nil) -> Happening {
        let attributes: JSONValue =
            copyOf.map { ["mirror": ["src": "flex", "id": .string(PairDiffTests.m($0))]] } ?? [:]
        return Happening(
            topic: "message.added", id: "IM\(at)\(conversation)", at: start + at,
            data: ["author": .string(author), "attributes": attributes], conversation: conversation)
    }

    /// A web chat whose agent answers from the desk or from the mobile app; the other side has copies.
    static func chat(answeredOn side: InteractionSummary.Side) -> [Happening] {
        var happenings = [
            task("task.created", 0), task("task.reserved", 5_000, worker: "ana.ruiz@example.com"),
            task("task.accepted", 20_000, worker: "ana.ruiz@example.com"),
            task("task.wrapping", 90_000), task("task.completed", 120_000, worker: "ana.ruiz@example.com"),
            task("task.completed", 120_500),
        ]
        for at: UInt64 in [1_000, 8_000, 40_000, 80_000] {
            happenings.append(message("CHf", "visitor-7", at))
            happenings.append(message("CHm", "visitor-7", at + 30, copyOf: "m\(at)"))
        }
        for at: UInt64 in [26_000, 44_000] {
            switch side {
            case .flex:
                happenings.append(message("CHf", "ana_2Eruiz_40example_2Ecom", at))
                happenings.append(message("CHm", "ana.ruiz@example.com", at + 40, copyOf: "m\(at)"))
            case .frontline:
                happenings.append(message("CHm", "ana.ruiz@example.com", at))
                happenings.append(message("CHf", "ana_2Eruiz_40example_2Ecom", at + 40, copyOf: "m\(at)"))
            }
        }
        happenings.append(message("CHf", "system", 2_000))
        return happenings
    }

    static func randomContact(_ generator: inout SeededGenerator) -> [Happening] {
        var happenings: [Happening] = []
        for number in 1...generator.int(1...3) {
            let name = "WT\(number)"
            let begin = UInt64(generator.int(0...20) * 1_000)
            happenings.append(task("task.created", begin, task: name))
            if !generator.oneIn(4) {
                let worker = ["ana", "bo"][generator.int(0...1)]
                happenings.append(
                    task("task.accepted", begin + UInt64(generator.int(0...9_000)), task: name, worker: worker))
            }
            if generator.oneIn(2) { happenings.append(task("task.wrapping", begin + 50_000, task: name)) }
            if !generator.oneIn(6) {
                let end = ["task.completed", "task.canceled"][generator.int(0...1)]
                happenings.append(task(end, begin + UInt64(generator.int(40_000...90_000)), task: name))
            }
        }
        for _ in 0..<generator.int(0...30) {
            let author = ["ana", "bo", "visitor", "+14155550100", "system"][generator.int(0...4)]
            happenings.append(
                message(["CHf", "CHm"][generator.int(0...1)], author, UInt64(generator.int(0...60) * 1_000)))
        }
        if generator.oneIn(2) {
            happenings.append(
                Happening(
                    topic: "conversation.closed", id: "C", at: start + UInt64(generator.int(30_000...99_000)),
                    data: [:],
                    conversation: "CHf"))
        }
        return happenings
    }

    static func facts(
        _ happenings: [Happening]
    ) -> ([TaskFacts], [(side: InteractionSummary.Side, facts: ConversationFacts)]) {
        var tasks: [String: TaskFacts] = [:]
        var desk = ConversationFacts()
        var mobile = ConversationFacts()
        for happening in happenings {
            let time = Timestamp(unixNanoseconds: happening.at * 1_000_000)
            if let conversation = happening.conversation {
                if conversation == "CHf" {
                    _ = desk.apply(topic: happening.topic, time: time, data: happening.data)
                } else {
                    _ = mobile.apply(topic: happening.topic, time: time, data: happening.data)
                }
            } else {
                let name = happening.data["taskSid"]?.string ?? ""
                tasks[name, default: TaskFacts(task: name)].apply(
                    topic: happening.topic, id: happening.id, time: time, data: happening.data)
            }
        }
        return (Array(tasks.values), [(.flex, desk), (.frontline, mobile)])
    }

    static func interaction(_ happenings: [Happening]) -> InteractionSummary? {
        let (tasks, conversations) = facts(happenings)
        return InteractionSummary(tasks: tasks, conversations: conversations)
    }
}
