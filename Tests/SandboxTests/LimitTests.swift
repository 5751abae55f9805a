import Events
import Testing

@testable import Sandbox

@Suite("Limits of a world") struct LimitTests {
    private let conversations = "conversations/v1/Conversations"
    private var project = TestProject { $0.workers = ["ana"] }

    private mutating func begin(_ name: String) throws -> String {
        try #require(try project.post(conversations, [("FriendlyName", name)])["sid"]?.string)
    }

    @Test("A full project forgets its oldest closed conversations, and refuses a new one when none is closed")
    mutating func conversationsAreBounded() throws {
        project.world.messaging.maxConversations = 20
        let sids = try (0..<20).map { try begin("c\($0)") }
        let refusal = #expect(throws: TwilioProblem.self) { _ = try project.post(conversations) }
        #expect(refusal?.status == 400)
        for sid in sids[3...6] { _ = try project.post("\(conversations)/\(sid)", [("State", "closed")]) }
        project.forget()
        _ = try begin("one more")
        // A tenth at once, the oldest first, without a webhook.
        #expect(project.world.messaging.conversationCount == 19)
        #expect(sids.filter { project.world.messaging.find($0, service: nil) == nil } == Array(sids[3...4]))
        #expect(project.changes.filter { $0.action == .removed }.count == 2)
        #expect(project.webhooks.isEmpty)
    }

    @Test("A world ends with so many conversations, however many were removed")
    mutating func placesAreBounded() throws {
        project.world.messaging.maxPlaces = 3
        for number in 0..<3 {
            let sid = try begin("c\(number)")
            #expect(try project.delete("\(conversations)/\(sid)") == 204)
        }
        #expect(throws: TwilioProblem.self) { _ = try project.post(conversations) }
    }

    @Test("A new user beyond the limit is refused, a known one is not")
    mutating func usersAreBounded() throws {
        let sid = try begin("c")
        project.world.messaging.maxUsers = project.world.messaging.users.count + 1
        let participants = "\(conversations)/\(sid)/Participants"
        _ = try project.post(participants, [("Identity", "zoe")])
        #expect(throws: TwilioProblem.self) { _ = try project.post(participants, [("Identity", "tom")]) }
        let other = try begin("d")
        _ = try project.post("\(conversations)/\(other)/Participants", [("Identity", "zoe")])
    }

    @Test("A full workspace deletes ended tasks before their time, and refuses one when none has ended")
    mutating func tasksAreBounded() throws {
        project.world.taskRouter.workspace.maxTasks = 10
        let tasks = "taskrouter/v1/Workspaces/\(project.world.taskRouter.workspace.sid)/Tasks"
        let sids = try (0..<10).map { _ in try #require(try project.post(tasks)["sid"]?.string) }
        let refusal = #expect(throws: TwilioProblem.self) { _ = try project.post(tasks) }
        #expect(refusal?.status == 400)
        _ = try project.post("\(tasks)/\(sids[4])", [("AssignmentStatus", "canceled")])
        _ = try project.post(tasks)
        #expect(project.world.taskRouter.workspace.tasks[sids[4]] == nil)
        #expect(project.world.taskRouter.workspace.tasks.count == 10)
    }
}
