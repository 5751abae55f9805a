import Events
import TestSupport
import Testing

@Suite struct TopicTests {
    @Test(
        "A topic is dotted tokens of letters, digits, underscore and hyphen",
        arguments: ["task", "task.reserved", "a.b.c", "twilio.taskrouter.task-queue.entered", "x_1.Y-2"])
    func acceptsValidTopics(name: String) throws {
        #expect(try Topic(name).name == name)
    }

    @Test(
        "Anything else is refused",
        arguments: ["", ".", "a.", ".a", "a..b", "a b", "a.*", ">", "ä", "a/b", String(repeating: "a", count: 256)])
    func refusesInvalidTopics(name: String) {
        #expect(throws: EventError.self) { try Topic(name) }
    }

    @Test("A topic may have exactly 255 bytes")
    func acceptsTheLongestTopic() throws {
        #expect(try Topic(String(repeating: "a", count: 255)).name.utf8.count == 255)
    }

    @Test(
        "A filter's star is a whole token and its arrow is the last one",
        arguments: ["a*", "*a", "a.>.b", ">.a", ">>", "**", "a.>b", "", "a..>", "*."])
    func refusesInvalidFilters(pattern: String) {
        #expect(throws: EventError.self) { try TopicFilter(pattern) }
    }

    @Test(
        "Filters match by the rules of NATS",
        arguments: [
            ("task.reserved", "task.reserved", true), ("task.reserved", "task.reserve", false),
            ("task.reserved", "task.reserved.x", false), ("task.*", "task.reserved", true),
            ("task.*", "task", false), ("task.*", "task.a.b", false), ("*.reserved", "task.reserved", true),
            ("*", "task", true), ("*", "task.reserved", false), ("*.*", "task.reserved", true),
            ("task.>", "task.reserved", true), ("task.>", "task.a.b", true), ("task.>", "task", false),
            (">", "task", true), (">", "task.a.b.c", true), ("a.*.c.>", "a.b.c.d", true),
            ("a.*.c.>", "a.b.c", false), ("a.*.c", "a.bb.c", true), ("tas.>", "task.a", false),
            (">", "map.sessions", false), ("*.sessions", "map.sessions", false), ("*.>", "map.a.b", false),
            ("map.>", "map.sessions", true), ("map.*", "map.sessions", true), ("map.>", "maps.a", false),
            (">", "map", true), (">", "mapped.x", true), ("*.x", "mapped.x", true),
        ])
    func matches(pattern: String, topic: String, expected: Bool) throws {
        let filter = try TopicFilter(pattern)
        #expect(filter.matches(topic) == expected)
        #expect(Array(topic.utf8).withUnsafeBytes { filter.matches($0) } == expected)
    }

    @Test("Filters agree with matching token by token, for random patterns and topics", arguments: 0..<20)
    func agreesWithReference(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let topic = (0..<random.int(1...4)).map { _ in random.pick(["a", "b", "ab", "map"]) }
            var pattern = (0..<random.int(1...4)).map { _ in random.pick(["a", "b", "ab", "map", "*"]) }
            if random.int(0...3) == 0 { pattern.append(">") }
            let filter = try TopicFilter(pattern.joined(separator: "."))
            #expect(
                filter.matches(topic.joined(separator: ".")) == Self.reference(pattern, topic),
                "seed \(seed): \(pattern) on \(topic)")
        }
    }

    private static func reference(_ pattern: [String], _ topic: [String]) -> Bool {
        if topic.count > 1, topic[0] == "map", pattern[0] != "map" { return false }
        for (index, token) in pattern.enumerated() {
            if token == ">" { return topic.count > index }
            guard index < topic.count, token == "*" || token == topic[index] else { return false }
        }
        return pattern.count == topic.count
    }
}

extension SeededGenerator {
    /// Text with everything that JSON and forms find awkward.
    mutating func text(upTo length: Int) -> String {
        let characters: [Character] = [
            "a", "Z", "0", " ", "\"", "\\", "/", "\n", "\t", "\u{1}", "\u{7F}", "é", "ß", "👋", "\u{2028}", "&", "=",
            "%", "+",
            "\0",
        ]
        return String((0..<int(0...length)).map { _ in pick(characters) })
    }
}
