import Events
import Testing

@testable import Sandbox

@Suite struct ExpressionTests {
    private let task: JSONValue = [
        "workerName": "ana", "workerSID": "WK1", "skill": "billing", "level": 3, "vip": true,
        "nested": ["city": "Graz"], "tags": ["a", "b"], "text": "it's \"so\"", "number": "7",
    ]
    private let worker: JSONValue = ["skills": ["billing", "sales"], "level": 5, "full_name": "Ana"]

    private func holds(_ text: String) throws -> Bool {
        try Expression(parsing: text).holds { path in
            var value: JSONValue? = path.first == "worker" ? worker : task
            if path == ["worker", "name"] { return "ana" }
            if path == ["worker", "sid"] { return "WK1" }
            for name in path.first == "worker" || path.first == "task" ? path.dropFirst() : path[...] {
                value = value?[name]
            }
            return value
        }
    }

    @Test(
        "What holds",
        arguments: [
            "", "1==1", "worker.name == task.workerName", "worker.sid==task.workerSID", "worker.skills HAS task.skill",
            "task.skill IN worker.skills", "skill in ['billing', 'x']", "skill NOT IN [\"x\"]",
            "level >= 3 AND level < 4",
            "level > 3 OR vip", "NOT (level > 3) and vip == true", "nested.city = 'Graz'", "absent IS NULL",
            "skill IS NOT NULL", "absent != 'x'", "tags CONTAINS 'b'", "skill CONTAINS 'ill'",
            "worker.level <> task.level",
            "worker.skills NOT HAS 'chess'", "text == 'it\\'s \"so\"'", "number > 6.5", "level == '3'",
            "(skill == 'x' OR skill == 'billing') AND (vip)", "-1 < 0", "!absent", "conversationSid == null",
        ])
    func true_(text: String) throws {
        #expect(try holds(text))
    }

    @Test(
        "What does not hold",
        arguments: [
            "1==2", "absent == 'x'", "absent > 1", "absent < 1", "skill IN []", "worker.skills HAS 'chess'",
            "level > 3 AND vip OR absent", "vip AND absent", "NOT vip", "skill > 5", "tags == 'a'", "'a' == 1",
        ])
    func false_(text: String) throws {
        #expect(try !holds(text))
    }

    @Test("OR binds looser than AND, and NOT tighter than both")
    func precedence() throws {
        #expect(try holds("1==1 OR 1==2 AND 1==2"))
        #expect(try holds("NOT 1==2 AND 1==1"))
        #expect(try !holds("(1==1 OR 1==2) AND 1==2"))
    }

    @Test(
        "What is no expression is refused with the place",
        arguments: [
            ("worker.name ==", 14), ("(a == 1", 7), ("a == 'b", 5), ("a == 1 b", 7), ("AND a", 0), ("a IN [1", 7),
            ("a ; b", 2), ("a IS b", 5),
        ])
    func refused(text: String, position: Int) {
        let error = #expect(throws: ExpressionError.self) { try Expression(parsing: text) }
        #expect(error?.position == position)
    }

    @Test("Levels are bounded, so that no text overflows the stack")
    func depth() {
        #expect(throws: ExpressionError.self) {
            try Expression(parsing: String(repeating: "(", count: 10_000) + "a" + String(repeating: ")", count: 10_000))
        }
    }
}
