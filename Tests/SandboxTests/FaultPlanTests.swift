import Events
import Testing

@testable import Sandbox

@Suite struct FaultPlanTests {
    private let now = TestProject.start

    private func plan(_ text: String) throws -> FaultPlan {
        try FaultPlan(json: try JSONValue(parsing: Array(text.utf8)), projects: ["flex", "frontline"], now: now)
    }

    private func decide(_ plan: inout FaultPlan, project: String = "flex", path: String = "/v1/Conversations")
        -> RequestFault
    {
        plan.decide(project: project, product: "conversations", method: .post, path: path[...], now: now)
    }

    @Test("The same seed and the same requests meet the same faults", arguments: [1, 7, 4_711] as [Int])
    func determinism(seed: Int) throws {
        let text = """
            {"seed": \(seed), "rules": [{"probability": 0.4, "effect": {"status": 500}},
             {"probability": 0.3, "effect": {"latency_ms": {"min": 10, "max": 900}}}],
             "webhooks": {"*": {"drop": 0.2, "duplicate": 0.2, "reorder": 0.3}}}
            """
        var (first, second) = (try plan(text), try plan(text))
        let requests = (0..<500).map { _ in decide(&first) }
        #expect(requests == (0..<500).map { _ in decide(&second) })
        let webhooks = (0..<500).map { _ in first.decideWebhook(project: "flex") }
        #expect(webhooks == (0..<500).map { _ in second.decideWebhook(project: "flex") })
        let failed = requests.count { $0.effect != .none }
        #expect((130...270).contains(failed), "\(failed) of 500 at 0.4")
        #expect((50...150).contains(webhooks.count { $0.isDropped }))
    }

    @Test("What one project meets does not depend on how often the other asks")
    func independence() throws {
        let text = #"{"rules": [{"probability": 0.5, "effect": {"timeout": true}}]}"#
        var (alone, beside) = (try plan(text), try plan(text))
        let expected = (0..<100).map { _ in decide(&alone) }
        let met = (0..<100).map { _ in
            _ = decide(&beside, project: "frontline")
            return decide(&beside)
        }
        #expect(met == expected)
    }

    @Test("A rule meets only what it matches, and only so many times")
    func matching() throws {
        var faults = try plan(
            """
            {"rules": [{"project": "flex", "match": {"product": "conversations", "method": "POST",
             "path_prefix": "/v1/Conversations/"}, "times": 2, "effect": {"lost_answer": true}}]}
            """)
        #expect(decide(&faults) == .none)
        #expect(decide(&faults, project: "frontline", path: "/v1/Conversations/CH1") == .none)
        #expect(decide(&faults, path: "/v1/Conversations/CH1").effect == .lostAnswer)
        #expect(decide(&faults, path: "/v1/Conversations/CH1").effect == .lostAnswer)
        #expect(decide(&faults, path: "/v1/Conversations/CH1") == .none)
        #expect(faults.made == ["lost_answer": 2])
    }

    @Test("An outage ends by itself")
    func outage() throws {
        var faults = try plan(#"{"down": [{"project": "flex", "seconds": 2}]}"#)
        #expect(decide(&faults).effect == .down(status: nil))
        #expect(decide(&faults, project: "frontline") == .none)
        let later = faults.decide(
            project: "flex", product: "conversations", method: .get, path: "/", now: now.advanced(by: .seconds(2)))
        #expect(later == .none)
    }

    @Test("A 429 was never processed, whatever the document says")
    func tooMany() throws {
        var faults = try plan(#"{"rules": [{"effect": {"status": 429, "after": true, "retry_after": 3}}]}"#)
        #expect(decide(&faults).effect == .status(429, retryAfter: 3, isDone: false))
    }

    @Test(
        "A document that cannot be is refused",
        arguments: [
            #"[]"#, #"{"seed": -1}"#, #"{"rules": [{}]}"#, #"{"rules": [{"effect": {"status": 200}}]}"#,
            #"{"rules": [{"project": "x", "effect": {"timeout": true}}]}"#,
            #"{"rules": [{"probability": 2, "effect": {"timeout": true}}]}"#,
            #"{"rules": [{"effect": {"latency_ms": {"min": 5, "max": 1}}}]}"#, #"{"webhooks": {"flex": {"drop": 7}}}"#,
            #"{"down": [{"project": "flex"}]}"#, #"{"clock_skew_ms": {"flex": "a"}}"#,
        ])
    func refused(text: String) {
        #expect(throws: TwilioProblem.self) { try plan(text) }
    }

    @Test("The document is written as it was read")
    func roundTrip() throws {
        let text = """
            {"seed":5,"rules":[{"project":"flex","match":{"method":"POST"},"probability":0.5,\
            "effect":{"latency_ms":{"min":1,"max":2}},"times":3}],\
            "webhooks":{"flex":{"drop":0.5,"duplicate":0,"reorder":0,"delay_ms":{"min":5,"max":5}}},\
            "down":[],"clock_skew_ms":{"flex":-5},"made":{}}
            """
        var json = JSONFields()
        try plan(text).write(&json, now: now)
        #expect(try JSONValue(parsing: json.bytes) == JSONValue(parsing: Array(text.utf8)))
    }
}
