import Events
import Testing

@testable import Sandbox

/// Interactions over a world's conversations and tasks.
@Suite struct InteractionTests {
    private var project = TestProject { $0.workers = ["ana", "ben"] }

    private mutating func available(_ name: String) throws {
        try project.act("workers/\(name)/activity", [("activity", "Available")])
    }

    private mutating func conversation() throws -> String {
        let made = try project.post("conversations/v1/Conversations", [("FriendlyName", "Zoë")])
        let sid = try #require(made["sid"]?.string)
        _ = try project.post("conversations/v1/Conversations/\(sid)/Participants", [("Identity", "zoe")])
        return sid
    }

    private mutating func interaction(_ conversation: String) throws -> JSONValue {
        let channel: JSONValue = [
            "type": "web", "initiated_by": "customer", "properties": ["media_channel_sid": .string(conversation)],
        ]
        let routing: JSONValue = ["properties": ["attributes": ["topic": "billing"]]]
        return try project.post(
            "flex-api/v1/Interactions", [("Channel", channel.description), ("Routing", routing.description)])
    }

    private func identities(_ conversation: String) throws -> [String] {
        let position = try #require(project.world.messaging.find(conversation, service: nil))
        return project.world.messaging[position].participants.compactMap(\.identity)
    }

    private func reservation(of worker: String) -> Reservation? {
        project.world.taskRouter.workspace.reservations.all.last { $0.workerName == worker }
    }

    @Test("A customer's chat becomes a task; who takes it joins; the desk's end closes everything")
    mutating func wholeLife() throws {
        try available("ana")
        let conversation = try conversation()
        let made = try interaction(conversation)
        let channel = try #require(made["channel"]?["sid"]?.string)
        #expect(made["channel"]?["status"]?.string == "setup")
        let task = try #require(project.world.taskRouter.workspace.tasks.all.first)
        #expect(task.attributes["conversationSid"]?.string == conversation)
        #expect(task.attributes["flexInteractionSid"] == made["sid"])
        #expect(task.attributes["flexInteractionChannelSid"]?.string == channel)
        #expect(task.attributes["flexChannelInviteSid"]?.string?.hasPrefix("KG") == true)
        #expect(task.attributes["topic"]?.string == "billing")
        let offered = try #require(reservation(of: "ana"))
        #expect(try identities(conversation) == ["zoe"])
        try project.act("reservations/\(offered.sid)/accept")
        #expect(try identities(conversation) == ["zoe", "ana"])
        try project.act("reservations/\(offered.sid)/wrapup")
        let position = try #require(project.world.messaging.find(conversation, service: nil))
        #expect(project.world.messaging[position].state == .closed)
        #expect(project.world.taskRouter.workspace.tasks[task.sid]?.status == .wrapping)
        try project.act("reservations/\(offered.sid)/complete")
        #expect(project.world.taskRouter.workspace.tasks[task.sid]?.status == .completed)
    }

    @Test(
        "A cold transfer takes the first agent out and asks the other, a warm one keeps him",
        arguments: ["cold", "warm"])
    mutating func transfer(type: String) throws {
        try available("ana")
        let conversation = try conversation()
        let made = try interaction(conversation)
        try project.act("reservations/\(try #require(reservation(of: "ana")).sid)/accept")
        try available("ben")
        let base =
            "flex-api/v1/Interactions/\(made["sid"]?.string ?? "")/Channels/\(made["channel"]?["sid"]?.string ?? "")"
        let ben = try #require(project.world.taskRouter.workspace.workers.all.last)
        let body: JSONValue = ["type": .string(type), "to": ["worker_sid": .string(ben.sid)]]
        let answer = try project.perform(
            .post, base + "/Transfers", body: body.bytes, contentType: "application/json")
        let transfer = try JSONValue(parsing: answer.body)
        #expect(transfer["status"]?.string == "active")
        #expect(try identities(conversation) == (type == "cold" ? ["zoe"] : ["zoe", "ana"]))
        let offered = try #require(reservation(of: "ben"))
        #expect(offered.status == .pending)
        try project.act("reservations/\(offered.sid)/accept")
        #expect(try identities(conversation) == (type == "cold" ? ["zoe", "ben"] : ["zoe", "ana", "ben"]))
        let done = try project.get("\(base)/Transfers/\(transfer["sid"]?.string ?? "")")
        #expect(done["status"]?.string == "completed")
    }

    @Test("A chat that nobody takes leaves its conversation open, as the provider does")
    mutating func orphan() throws {
        let conversation = try conversation()
        let made = try interaction(conversation)
        let task = try #require(project.world.taskRouter.workspace.tasks.all.first)
        let workspace = project.world.taskRouter.workspace.sid
        _ = try project.post(
            "taskrouter/v1/Workspaces/\(workspace)/Tasks/\(task.sid)", [("AssignmentStatus", "canceled")])
        let interaction = try #require(project.world.flex.interactions[made["sid"]?.string ?? ""])
        #expect(interaction.status == .failed)
        let position = try #require(project.world.messaging.find(conversation, service: nil))
        #expect(project.world.messaging[position].state == .active)
    }

    @Test("An agent writes first: a new conversation, and the task is his whatever his activity")
    mutating func outbound() throws {
        let workspace = project.world.taskRouter.workspace
        let channel: JSONValue = [
            "type": "sms", "initiated_by": "agent", "participants": [["address": "+34600111222"]],
        ]
        let routing: JSONValue = [
            "properties": [
                "queue_sid": .string(workspace.queues.sids[0]), "worker_sid": .string(workspace.workers.sids[0]),
            ]
        ]
        _ = try project.post(
            "flex-api/v1/Interactions", [("Channel", channel.description), ("Routing", routing.description)])
        let offered = try #require(reservation(of: "ana"))
        #expect(offered.status == .pending)
        let task = try #require(project.world.taskRouter.workspace.tasks[offered.taskSID])
        #expect(task.attributes["direction"]?.string == "outbound")
        #expect(task.attributes["customerAddress"]?.string == "+34600111222")
    }

    @Test("What an interaction cannot be made of is refused and leaves nothing behind")
    mutating func refused() throws {
        for channel: JSONValue in [
            [:], ["type": "web", "initiated_by": "customer"],
            ["type": "web", "initiated_by": "customer", "properties": ["media_channel_sid": "CHx"]],
            ["type": "sms", "initiated_by": "agent", "participants": [["address": "+34600111222"]]],
        ] {
            #expect(throws: TwilioProblem.self) {
                try project.post("flex-api/v1/Interactions", [("Channel", channel.description)])
            }
        }
        #expect(project.world.flex.interactions.count == 0)
        #expect(project.world.taskRouter.workspace.tasks.count == 0)
    }
}
