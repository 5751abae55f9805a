import Testing

@testable import Patchbay

@Suite struct TopicSelectionTests {
    @Test(
        "Filters match as the Broker matches them, a single word is its family",
        arguments: [
            (["task"], "task.reserved", true), (["task"], "tasks.reserved", false), (["task.>"], "task.reserved", true),
            (["*.added"], "message.added", true), (["*.added"], "a.b.added", false),
            (["message.added"], "message.added", true), (["message.added"], "message.added.more", false),
            (["task", "message.*"], "message.added", true), ([], "anything.at.all", true), ([], "sys.tap.head", false),
            (["sys"], "sys.tap.head", true), ([], "sys.audit", true),
        ])
    func matches(filters: [String], topic: String, isMatch: Bool) throws {
        #expect(try TopicSelection(filters).matches(topic) == isMatch)
    }

    @Test(
        "What is subscribed to covers every filter",
        arguments: [
            ([String](), [""]), (["task"], ["task."]), (["*.added"], [""]), (["task.>", "*.x"], [""]),
            (["message.added", "task.*"], ["message.added", "task."]),
        ])
    func prefixes(filters: [String], expected: [String]) throws {
        #expect(try TopicSelection(filters).prefixes == expected)
    }

    @Test("What is no filter is refused", arguments: ["", "a..b", ">.a", "a b", "a.>.b", "ü"])
    func refuses(text: String) {
        #expect(throws: StartPosition.Problem.self) { try TopicSelection([text]) }
    }
}
