import Events
import Testing

@testable import Sandbox

/// Legs, TwiML and conferences in a world without a network.
@Suite struct CallTests {
    private var project = TestProject { $0.workers = ["ana"] }
    private let customer = "+34600111222"

    private mutating func place(_ twiml: String, to: String = "+34600111222") throws -> String {
        let call = try project.post(
            "api/2010-04-01/Accounts/\(project.world.project.accountSID)/Calls.json",
            [
                ("To", to), ("From", project.world.project.number), ("Twiml", twiml),
                ("StatusCallback", "http://here/voice"), ("StatusCallbackEvent", "initiated"),
                ("StatusCallbackEvent", "ringing"), ("StatusCallbackEvent", "answered"),
                ("StatusCallbackEvent", "completed"),
            ])
        return try #require(call["sid"]?.string)
    }

    private func status(_ sid: String) -> CallStatus? { project.world.voice.calls[sid]?.status }

    private func progress() -> [String] {
        project.webhooks.filter { $0.url == "http://here/voice" }.map { webhook in
            webhook.parameters.filter { ["SequenceNumber", "CallStatus"].contains($0.name) }.map(\.value)
                .joined(separator: " ")
        }
    }

    @Test("No call leaves an end, and none steps back", arguments: CallStatus.allCases, CallStatus.allCases)
    func moves(from: CallStatus, to: CallStatus) {
        let order: [CallStatus: Int] = [.queued: 0, .ringing: 1, .inProgress: 2]
        if from.hasEnded { #expect(!from.allows(to)) }
        if let before = order[from], let after = order[to] { #expect(from.allows(to) == (after > before)) }
        if from == .inProgress, to.hasEnded { #expect(from.allows(to) == (to == .completed)) }
        if from == .queued || from == .ringing, to.hasEnded { #expect(from.allows(to) == (to != .completed)) }
    }

    @Test("A call rings, is answered, says its text and ends; each step is told with its number")
    mutating func wholeLife() throws {
        let sid = try place("<Response><Say>Hello &amp; welcome</Say><Pause length=\"3\"/></Response>")
        project.advance(by: .seconds(1))
        #expect(status(sid) == .ringing)
        try project.act("calls/\(sid)/answer")
        #expect(status(sid) == .inProgress)
        #expect(project.world.voice.calls[sid]?.prompt == "Hello & welcome")
        project.advance(by: .seconds(3))
        #expect(status(sid) == .completed)
        #expect(project.world.voice.calls[sid]?.duration == 3)
        #expect(progress() == ["initiated 0", "ringing 1", "in-progress 2", "completed 3"])
    }

    @Test(
        "How a call ends that nobody takes",
        arguments: [("busy", CallStatus.busy), ("no-answer", .noAnswer), ("fail", .failed), ("hangup", .canceled)])
    mutating func unanswered(act: String, end: CallStatus) throws {
        let sid = try place("<Response/>")
        project.advance(by: .seconds(1))
        try project.act("calls/\(sid)/\(act)")
        #expect(status(sid) == end)
        #expect(throws: TwilioProblem.self) { try project.act("calls/\(sid)/answer") }
        #expect(status(sid) == end)
        #expect(progress().last == "\(end.rawValue) 2")
    }

    @Test("A call that nobody answers is given up after its time, and a later timer changes no answered one")
    mutating func ringTime() throws {
        let lost = try place("<Response/>")
        project.advance(by: .seconds(60))
        #expect(status(lost) == .noAnswer)
        let live = try place("<Response><Pause length=\"300\"/></Response>")
        project.advance(by: .seconds(1))
        try project.act("calls/\(live)/answer")
        project.advance(by: .seconds(120))
        #expect(status(live) == .inProgress)
    }

    @Test("Agent first: the agent's leg dials the customer; either side's hang-up ends both", arguments: [true, false])
    mutating func agentFirst(agentHangsUp: Bool) throws {
        let twiml = """
            <Response><Dial callerId="+14155550100"><Number statusCallback="http://here/voice" \
            statusCallbackEvent="initiated ringing answered completed">\(customer)</Number></Dial></Response>
            """
        let agent = try place(twiml, to: "client:ana")
        project.advance(by: .seconds(1))
        try project.act("calls/\(agent)/answer")
        let child = try #require(project.world.voice.calls[agent]?.children.first)
        #expect(project.world.voice.calls[child]?.parentSID == agent)
        project.advance(by: .seconds(1))
        #expect(status(child) == .ringing)
        try project.act("calls/\(child)/answer")
        project.advance(by: .seconds(5))
        try project.act("calls/\(agentHangsUp ? agent : child)/hangup")
        #expect(status(agent) == .completed)
        #expect(status(child) == .completed)
        let last = project.webhooks.last { $0.parameters.contains { $0 == ("CallSid", child) } }
        #expect(last?.parameters.contains { $0 == ("ParentCallSid", agent) } == true)
    }

    @Test("Dial tells its action how it went")
    mutating func dialAction() throws {
        let agent = try place(
            "<Response><Dial action=\"http://here/after\" timeout=\"20\">\(customer)</Dial></Response>",
            to: "client:ana")
        project.advance(by: .seconds(1))
        try project.act("calls/\(agent)/answer")
        project.forget()
        project.advance(by: .seconds(20))
        let fetch = try #require(project.webhooks.first { $0.url == "http://here/after" })
        #expect(fetch.parameters.contains { $0 == ("DialCallStatus", "no-answer") })
        // An answer that is no TwiML ends the call.
        fetch.onAnswer?(&project.world, WebhookAnswer(status: 200, body: Array("{}".utf8)))
        #expect(status(agent) == .completed)
    }

    @Test("Gather: the last digit or the finishing key ends it, silence goes on")
    mutating func gather() throws {
        let menu = """
            <Response><Gather numDigits="2" action="http://here/keys"><Say>Two digits</Say></Gather>\
            <Say>Nothing heard</Say><Pause length="5"/></Response>
            """
        let first = try place(menu)
        project.advance(by: .seconds(1))
        try project.act("calls/\(first)/answer")
        #expect(project.world.voice.calls[first]?.prompt == "Two digits")
        try project.act("calls/\(first)/digits", [("digits", "4")])
        try project.act("calls/\(first)/digits", [("digits", "2")])
        let fetch = try #require(project.webhooks.last)
        #expect(fetch.parameters.contains { $0 == ("Digits", "42") })
        fetch.onAnswer?(
            &project.world, WebhookAnswer(status: 200, body: Array("<Response><Say>Yes</Say><Pause/></Response>".utf8)))
        #expect(project.world.voice.calls[first]?.prompt == "Yes")
        let second = try place(menu)
        project.advance(by: .seconds(1))
        try project.act("calls/\(second)/answer")
        project.advance(by: .seconds(5))
        #expect(project.world.voice.calls[second]?.prompt == "Nothing heard")
    }

    @Test("A conference: hold, mute, removal, and the end with who ends it")
    mutating func conference() throws {
        func twiml(_ ends: Bool) -> String {
            """
            <Response><Dial><Conference endConferenceOnExit="\(ends)" statusCallback="http://here/room" \
            statusCallbackEvent="start end join leave mute hold">Room</Conference></Dial></Response>
            """
        }
        let agent = try place(twiml(true), to: "client:ana")
        let one = try place(twiml(false))
        let two = try place(twiml(false), to: "+34600111333")
        project.advance(by: .seconds(1))
        for sid in [agent, one, two] { try project.act("calls/\(sid)/answer") }
        let base = "api/2010-04-01/Accounts/\(project.world.project.accountSID)/Conferences"
        let room = try #require(project.world.voice.conferences.all.first)
        let held = try project.post("\(base)/\(room.sid)/Participants/\(one).json", [("Hold", "true")])
        #expect(held["hold"]?.bool == true)
        _ = try project.post("\(base)/\(room.sid)/Participants/\(one).json", [("Muted", "true")])
        #expect(try project.delete("\(base)/\(room.sid)/Participants/\(two).json") == 204)
        #expect(status(two) == .completed)
        try project.act("calls/\(agent)/hangup")
        #expect(status(one) == .completed)
        #expect(try project.get("\(base)/\(room.sid).json")["status"]?.string == "completed")
        let told = project.webhooks.filter { $0.url == "http://here/room" }
        #expect(
            told.map(\.event) == [
                "conference-start", "participant-join", "participant-join", "participant-join", "participant-hold",
                "participant-mute", "participant-leave", "participant-leave", "participant-leave", "conference-end",
            ])
        let numbers = told.compactMap { hook in hook.parameters.first { $0.name == "SequenceNumber" }?.value }
        #expect(numbers == (1...10).map(String.init))
    }

    @Test("A caller waits for an agent; both meet, and the agent's end puts his task into wrap-up")
    mutating func queue() throws {
        let worker = try #require(project.world.taskRouter.workspace.workers.all.first)
        try project.act("workers/\(worker.sid)/activity", [("activity", "Available")])
        let call = try project.act("calls", [("from", customer), ("to", project.world.project.number)])
        let sid = try #require(call["sid"]?.string)
        #expect(status(sid) == .inProgress)
        try project.act("calls/\(sid)/digits", [("digits", "1")])
        project.advance(by: .seconds(10))
        let reservation = try #require(project.world.taskRouter.workspace.reservations.all.first)
        #expect(reservation.status == .pending)
        try project.act("reservations/\(reservation.sid)/accept")
        #expect(project.world.taskRouter.workspace.reservations[reservation.sid]?.status == .accepted)
        #expect(project.world.voice.conferences.all.first?.members.count == 2)
        try project.act("calls/\(sid)/hangup")
        #expect(project.world.taskRouter.workspace.reservations[reservation.sid]?.status == .wrapping)
        let live = project.world.voice.calls.all.filter { !$0.status.hasEnded }
        #expect(live.isEmpty)
        try project.act("reservations/\(reservation.sid)/complete")
        #expect(project.world.taskRouter.workspace.tasks[reservation.taskSID]?.status == .completed)
    }

    /// A caller who waits for an agent, and the reservation that the agent was offered.
    private mutating func waitingCaller() throws -> (call: String, reservation: String) {
        for worker in project.world.taskRouter.workspace.workers.all {
            try project.act("workers/\(worker.sid)/activity", [("activity", "Available")])
        }
        let call = try project.act("calls", [("from", customer), ("to", project.world.project.number)])
        let sid = try #require(call["sid"]?.string)
        try project.act("calls/\(sid)/digits", [("digits", "1")])
        project.advance(by: .seconds(10))
        return (sid, try #require(pending().first))
    }

    private func pending() -> [String] {
        project.world.taskRouter.workspace.reservations.all.filter { $0.status == .pending }.map(\.sid)
    }

    private func reservation(_ sid: String) -> ReservationStatus? {
        project.world.taskRouter.workspace.reservations[sid]?.status
    }

    private func agentLeg(_ reservation: String) -> Call? {
        project.world.voice.calls.all.first { $0.reservationSID == reservation }
    }

    @Test("A reservation accepted over REST, as the mobile app has it done, connects both legs")
    mutating func acceptedOverREST() throws {
        let (call, offered) = try waitingCaller()
        let workspace = project.world.taskRouter.workspace
        let task = try #require(workspace.reservations[offered]?.taskSID)
        _ = try project.post(
            "taskrouter/v1/Workspaces/\(workspace.sid)/Tasks/\(task)/Reservations/\(offered)",
            [("ReservationStatus", "accepted")])
        #expect(reservation(offered) == .accepted)
        #expect(agentLeg(offered)?.status == .inProgress)
        #expect(project.world.voice.conferences.all.first?.members.count == 2)
        #expect(project.world.voice.calls[call]?.prompt == nil)
        try project.act("calls/\(agentLeg(offered)?.sid ?? "")/hangup")
        #expect(status(call) == .completed && reservation(offered) == .wrapping)
    }

    @Test("People hold and mute a leg that is in a conference, and no other")
    mutating func holdAndMute() throws {
        let (call, offered) = try waitingCaller()
        #expect(throws: TwilioProblem.self) { try project.act("calls/\(call)/hold") }
        try project.act("reservations/\(offered)/accept")
        #expect(try project.act("calls/\(call)/hold")["held"] == true)
        #expect(try project.act("calls/\(call)/unhold")["held"] == false)
        let own = try #require(agentLeg(offered)?.sid)
        #expect(try project.act("calls/\(own)/mute")["muted"] == true)
        #expect(try project.act("calls/\(own)/unmute")["muted"] == false)
    }

    /// A caller whom one agent has, and the task by which he is handed to the other.
    private mutating func handedOn() throws -> (call: String, first: String, task: String) {
        project = TestProject { $0.workers = ["ana", "ben"] }
        let (call, _) = try waitingCaller()
        let first = try #require(pending().first)
        try project.act("reservations/\(first)/accept")
        let worker = project.world.taskRouter.workspace.reservations[first]?.workerSID
        let other = try #require(project.world.taskRouter.workspace.workers.first { $0.sid != worker })
        let task = try project.act("reservations/\(first)/transfer", [("to", other.name)])["task_sid"]?.string
        return (call, first, try #require(task))
    }

    private var transferEvents: [String] {
        project.world.taskRouter.workspace.events.map(\.type).filter { $0.hasPrefix("task.transfer") }
    }

    @Test("A transfer: the caller changes over when the other agent takes him, not before")
    mutating func transfer() throws {
        let (call, first, task) = try handedOn()
        let second = try #require(pending().first)
        #expect(agentLeg(first)?.status == .inProgress && reservation(first) == .accepted)
        #expect(throws: TwilioProblem.self) { try project.act("reservations/\(first)/transfer", [("to", "ben")]) }
        try project.act("reservations/\(second)/accept")
        #expect(status(call) == .inProgress && project.world.voice.calls[call]?.taskSID == task)
        #expect(agentLeg(first)?.status == .completed && reservation(first) == .wrapping)
        let rooms = project.world.voice.conferences.all.filter { $0.status == "in-progress" }
        #expect(rooms.map { Set($0.members.map(\.callSID)) } == [[call, agentLeg(second)?.sid ?? ""]])
        #expect(transferEvents == ["task.transfer-initiated", "task.transfer-completed"])
        try project.act("calls/\(call)/hangup")
        #expect(reservation(second) == .wrapping)
        #expect(project.world.voice.calls.all.filter { !$0.status.hasEnded }.isEmpty)
    }

    @Test("A transfer that is declined, or not answered, leaves the caller where he is", arguments: [true, false])
    mutating func failedTransfer(isDeclined: Bool) throws {
        let (call, first, task) = try handedOn()
        if isDeclined {
            try project.act("reservations/\(try #require(pending().first))/reject")
        } else {
            project.advance(by: .seconds(121))
        }
        #expect(status(call) == .inProgress && agentLeg(first)?.status == .inProgress)
        #expect(reservation(first) == .accepted)
        #expect(project.world.taskRouter.workspace.tasks[task]?.status == .canceled)
        #expect(transferEvents == ["task.transfer-initiated", "task.transfer-failed"])
        #expect(project.world.voice.transfers.isEmpty)
    }

    @Test("Who hangs up during a transfer takes the offer to the other agent along", arguments: [true, false])
    mutating func hungUpInTransfer(isCaller: Bool) throws {
        let (call, first, task) = try handedOn()
        try project.act("calls/\(isCaller ? call : agentLeg(first)?.sid ?? "")/hangup")
        #expect(project.world.voice.calls.all.filter { !$0.status.hasEnded }.isEmpty)
        #expect(project.world.taskRouter.workspace.tasks[task]?.status == .canceled)
        #expect(pending().isEmpty && reservation(first) == .wrapping)
    }

    @Test("A call is handed only to another agent who is available")
    mutating func refusedTransfers() throws {
        project = TestProject { $0.workers = ["ana", "ben"] }
        let (_, _) = try waitingCaller()
        let first = try #require(pending().first)
        try project.act("reservations/\(first)/accept")
        let worker = project.world.taskRouter.workspace.reservations[first]?.workerSID
        let own = try #require(worker.flatMap { project.world.taskRouter.workspace.workers[$0]?.name })
        #expect(throws: TwilioProblem.self) { try project.act("reservations/\(first)/transfer", [("to", own)]) }
        let other = own == "ana" ? "ben" : "ana"
        try project.act("workers/\(other)/activity", [("activity", "Offline")])
        #expect(throws: TwilioProblem.self) { try project.act("reservations/\(first)/transfer", [("to", other)]) }
        #expect(throws: TwilioProblem.self) { try project.act("reservations/WR0/transfer", [("to", other)]) }
    }

    @Test("A caller who hangs up in the queue takes his task along")
    mutating func abandoned() throws {
        let call = try project.act("calls", [("from", customer), ("to", project.world.project.number)])
        let sid = try #require(call["sid"]?.string)
        project.advance(by: .seconds(10))
        #expect(project.world.taskRouter.workspace.tasks.all.map(\.status) == [.pending])
        try project.act("calls/\(sid)/hangup")
        #expect(project.world.taskRouter.workspace.tasks.all.map(\.status) == [.canceled])
    }
}
