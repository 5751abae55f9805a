import Events
import Testing

@testable import Sandbox

/// A caller keys an extension in, and TaskRouter rings its agent.
@Suite struct ExtensionCallTests {
    private var project = TestProject {
        $0.workers = ["ana", "ben", "eva"]
        $0.extensionLookupURL = "http://gateway"
    }

    private func worker(_ name: String) -> String {
        project.world.taskRouter.workspace.workers.all.first { $0.name == name }?.sid ?? ""
    }

    private mutating func goOnline(_ name: String) throws {
        let workspace = project.world.taskRouter.workspace
        let available = try #require(workspace.activities.all.first { $0.isAvailable }).sid
        _ = try project.post(
            "taskrouter/v1/Workspaces/\(workspace.sid)/Workers/\(worker(name))", [("ActivitySid", available)])
    }

    private mutating func call() throws -> String {
        let parties = [("from", "+34600111222"), ("to", project.world.project.number)]
        return try #require(try project.act("calls", parties)["call_sid"]?.string)
    }

    /// Calls, keys 7777 in, and is told whom the directory has there.
    private mutating func dial(_ answer: JSONValue) throws -> String {
        let sid = try call()
        try project.act("calls/\(sid)/digits", [("digits", "77")])
        project.advance(by: .seconds(ExtensionMenu.digitTimeoutSeconds - 1))
        try project.act("calls/\(sid)/digits", [("digits", "77")])
        project.advance(by: .seconds(ExtensionMenu.digitTimeoutSeconds - 1))
        #expect(project.webhooks.allSatisfy { $0.event != "studio" }, "the entry is not over yet")
        project.advance(by: .seconds(1))
        let lookup = try #require(project.webhooks.last { $0.event == "studio" })
        #expect(lookup.url == "http://gateway/studio/extension")
        #expect(lookup.parameters.map(\.value) == ["7777"])
        lookup.onAnswer?(&project.world, WebhookAnswer(status: 200, body: answer.bytes))
        project.advance(by: .zero)
        return sid
    }

    /// Who is asked to take the only task now.
    private var rung: [String] {
        let workspace = project.world.taskRouter.workspace
        return workspace.reservations.all.filter { $0.status == .pending }
            .compactMap { workspace.workers[$0.workerSID]?.name }
    }

    private func found(_ name: String, fallback: String? = nil) -> JSONValue {
        var object = JSONObject([
            ("found", true), ("spokenName", .string(name)),
            ("target", target(name)),
        ])
        if let fallback { object["fallback"] = target(fallback) }
        return .object(object)
    }

    private func target(_ name: String) -> JSONValue {
        ["type": "worker", "workerSid": .string(worker(name)), "workerName": .string(name)]
    }

    @Test("Whoever keys 7777 in rings exactly its agent, however long the others have been waiting")
    mutating func ringsTheAgent() throws {
        for name in ["ana", "ben", "eva"] { try goOnline(name) }
        _ = try dial(found("ben"))
        #expect(rung == ["ben"])
    }

    @Test("An absent agent is passed over at once: the fallback rings")
    mutating func absent() throws {
        for name in ["ana", "eva"] { try goOnline(name) }
        _ = try dial(found("ben", fallback: "eva"))
        #expect(rung == ["eva"])
    }

    @Test("An agent whom nobody knows is passed over: without a fallback the next free agent rings")
    mutating func unknown() throws {
        try goOnline("ana")
        let gone: JSONValue = ["type": "worker", "workerSid": "WKnobody"]
        _ = try dial(["found": true, "spokenName": "Gone", "target": gone])
        #expect(rung == ["ana"])
    }

    @Test("An agent who declines is followed by the fallback when his time is over")
    mutating func declined() throws {
        for name in ["ana", "ben", "eva"] { try goOnline(name) }
        _ = try dial(found("ben", fallback: "eva"))
        let reservation = try #require(project.world.taskRouter.workspace.reservations.all.first).sid
        try project.act("reservations/\(reservation)/reject")
        project.advance(by: .seconds(21))
        #expect(rung == ["eva"])
    }

    @Test("An extension that leads outside rings that number, and its end is the call's")
    mutating func outside() throws {
        let sid = try dial([
            "found": true, "spokenName": "Shop", "target": ["type": "number", "number": "+34911222333"],
        ])
        let leg = try #require(project.world.voice.calls.all.first { $0.parentSID == sid })
        #expect(leg.to == "+34911222333")
        project.advance(by: .seconds(1))
        try project.act("calls/\(leg.sid)/answer")
        try project.act("calls/\(leg.sid)/hangup")
        #expect(project.world.voice.calls[sid]?.status == .completed)
    }

    @Test("A directory that cannot be asked leads to the next free agent")
    mutating func directoryAway() throws {
        try goOnline("ana")
        let sid = try call()
        try project.act("calls/\(sid)/digits", [("digits", "7777#")])
        let lookup = try #require(project.webhooks.last { $0.event == "studio" })
        lookup.onAnswer?(&project.world, nil)
        project.advance(by: .zero)
        #expect(rung == ["ana"])
    }
}
