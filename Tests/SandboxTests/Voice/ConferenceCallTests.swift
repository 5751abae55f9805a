import Events
import Testing

@testable import Sandbox

/// How the CRM bridge telephones: reservations answered by a conference, agent-first calls, and what can be done in one.
@Suite struct ConferenceCallTests {
    private static let customer = "+34600111222"
    private var project = TestProject { project in
        project.agents = [
            SandboxProject.Agent(
                name: "ana.ruiz", fullName: "Ana Ruiz", contactURI: "sip:ana@desk.example", team: "sales")
        ]
    }

    private var account: String { "api/2010-04-01/Accounts/\(project.world.project.accountSID)" }
    private var worker: Worker { get throws { try #require(project.world.taskRouter.workspace.workers.all.first) } }

    private func status(_ sid: String) -> CallStatus? { project.world.voice.calls[sid]?.status }

    private func leg(to address: String) throws -> Call {
        try #require(project.world.voice.calls.all.last { $0.to == address })
    }

    private func told(_ url: String) -> [Webhook] { project.webhooks.filter { $0.url == url } }

    private func value(_ webhook: Webhook, _ name: String) -> String? {
        webhook.parameters.first { $0.name == name }?.value
    }

    /// A caller who waits; answers his leg and the reservation that ana was offered.
    private mutating func waitingCaller() throws -> (call: String, reservation: Reservation) {
        try project.act("workers/ana.ruiz/activity", [("activity", "Available")])
        let call = try project.act("calls", [("from", Self.customer), ("to", project.world.project.number)])
        let sid = try #require(call["sid"]?.string)
        try project.act("calls/\(sid)/digits", [("digits", "1")])
        project.advance(by: .seconds(10))
        return (sid, try #require(project.world.taskRouter.workspace.reservations.all.first))
    }

    @discardableResult
    private mutating func instruct(_ reservation: Reservation, _ form: [(String, String)] = []) throws -> JSONValue {
        try project.post(
            "taskrouter/v1/Workspaces/\(project.world.taskRouter.workspace.sid)/Tasks/\(reservation.taskSID)/"
                + "Reservations/\(reservation.sid)",
            [
                ("Instruction", "conference"), ("From", project.world.project.number),
                ("ConferenceStatusCallback", "http://here/room?task=WT1"),
                ("ConferenceStatusCallbackEvent", "start end join leave mute hold"),
                ("StatusCallback", "http://here/leg?leg=agent"), ("StatusCallbackEvent", "answered"),
                ("StatusCallbackEvent", "completed"),
            ] + form)
    }

    @Test("The instruction conference rings the worker's contact_uri; answered, both meet in the task's conference")
    mutating func conferenceInstruction() throws {
        let (call, offered) = try waitingCaller()
        #expect(try instruct(offered)["reservation_status"]?.string == "pending")
        project.advance(by: .seconds(1))
        let agent = try leg(to: "sip:ana@desk.example")
        #expect(agent.status == .ringing && agent.from == project.world.project.number)
        #expect(throws: TwilioProblem.self) { try instruct(offered) }
        project.forget()
        try project.act("calls/\(agent.sid)/answer")
        #expect(project.world.taskRouter.workspace.reservations[offered.sid]?.status == .accepted)
        let room = try #require(project.world.voice.conferences.all.first)
        #expect(room.friendlyName == offered.taskSID && room.members.map(\.label) == ["customer", "worker"])
        let events = told("http://here/room?task=WT1")
        #expect(events.map(\.event) == ["conference-start", "participant-join", "participant-join"])
        #expect(events.last.map { value($0, "CallSid") } == agent.sid)
        #expect(events.last.map { value($0, "ParticipantLabel") } == "worker")
        #expect(events.map { value($0, "SequenceNumber") } == ["1", "2", "3"])
        #expect(told("http://here/leg?leg=agent").map { value($0, "CallStatus") } == ["in-progress"])
        let attributes = project.world.taskRouter.workspace.tasks[offered.taskSID]?.attributes
        #expect(attributes?["conference"]?["sid"]?.string == room.sid)
        #expect(attributes?["conference"]?["participants"]?["customer"]?.string == call)
    }

    @Test("The customer's hang-up puts the task into wrap-up and frees the agent's telephone")
    mutating func customerHangsUp() throws {
        let (call, offered) = try waitingCaller()
        try instruct(offered)
        project.advance(by: .seconds(1))
        let agent = try leg(to: "sip:ana@desk.example").sid
        try project.act("calls/\(agent)/answer")
        try project.act("calls/\(call)/hangup")
        #expect(status(agent) == .completed)
        #expect(project.world.taskRouter.workspace.reservations[offered.sid]?.status == .wrapping)
        #expect(told("http://here/room?task=WT1").last?.event == "conference-end")
    }

    @Test(
        "A worker who does not pick up loses the reservation",
        arguments: [("busy", ReservationStatus.rejected), ("no-answer", .timeout)])
    mutating func notPickedUp(act: String, expected: ReservationStatus) throws {
        let (call, offered) = try waitingCaller()
        try instruct(offered, [("Timeout", "15")])
        project.advance(by: .seconds(1))
        try project.act("calls/\(try leg(to: "sip:ana@desk.example").sid)/\(act)")
        #expect(project.world.taskRouter.workspace.reservations[offered.sid]?.status == expected)
        #expect(status(call) == .inProgress)
    }

    /// An agent-first call: his telephone, then the customer as a participant.
    private mutating func agentFirst(answers: Bool = true) throws -> (agent: String, customer: String, room: String) {
        let created = try project.post(
            "\(account)/Calls.json",
            [
                ("To", "sip:ana@desk.example"), ("From", project.world.project.number),
                ("Url", "http://here/twiml?dial=DL1&project=flex"),
            ])
        let agent = try #require(created["sid"]?.string)
        project.advance(by: .seconds(1))
        project.forget()
        try project.act("calls/\(agent)/answer")
        let fetch = try #require(told("http://here/twiml?dial=DL1&project=flex").first)
        let twiml = """
            <Response><Dial action="http://here/ended?dial=DL1&amp;project=flex"><Conference participantLabel="agent" \
            endConferenceOnExit="true" beep="false" statusCallback="http://here/room?dial=DL1&amp;leg=agent" \
            statusCallbackEvent="start end join leave mute hold">DL1</Conference></Dial></Response>
            """
        fetch.onAnswer?(&project.world, WebhookAnswer(status: 200, body: Array(twiml.utf8)))
        let added = try project.post(
            "\(account)/Conferences/DL1/Participants.json",
            [
                ("From", project.world.project.number), ("To", Self.customer), ("Label", "customer"),
                ("EarlyMedia", "true"), ("EndConferenceOnExit", "true"),
                ("StatusCallback", "http://here/leg?dial=DL1&leg=customer"), ("StatusCallbackEvent", "ringing"),
                ("StatusCallbackEvent", "answered"), ("StatusCallbackEvent", "completed"),
            ])
        let customer = try #require(added["call_sid"]?.string)
        project.advance(by: .seconds(1))
        if answers { try project.act("calls/\(customer)/answer") }
        return (agent, customer, try #require(added["conference_sid"]?.string))
    }

    @Test("Agent first into a conference: hold, mute and leaving are told with the URL's query")
    mutating func agentFirstConference() throws {
        let (agent, customer, room) = try agentFirst()
        for (name, value) in [("Hold", "true"), ("Hold", "false"), ("Muted", "true")] {
            _ = try project.post("\(account)/Conferences/\(room)/Participants/\(customer).json", [(name, value)])
        }
        try project.act("calls/\(customer)/hangup")
        #expect(status(agent) == .inProgress)
        #expect(
            told("http://here/room?dial=DL1&leg=agent").map(\.event) == [
                "conference-start", "participant-join", "participant-join", "participant-hold", "participant-unhold",
                "participant-mute", "participant-leave", "participant-leave", "conference-end",
            ])
        #expect(
            told("http://here/leg?dial=DL1&leg=customer").map { value($0, "CallStatus") } == [
                "ringing", "in-progress", "completed",
            ])
        // Dial's action says what is next; nothing is: the agent is released.
        let ended = try #require(told("http://here/ended?dial=DL1&project=flex").first)
        ended.onAnswer?(&project.world, WebhookAnswer(status: 200, body: Array("<Response/>".utf8)))
        #expect(status(agent) == .completed)
        #expect(
            value(try #require(told("http://here/room?dial=DL1&leg=agent").last), "CallSidEndingConference") == customer
        )
    }

    @Test("An agent who hangs up while the customer's telephone rings takes the ring along")
    mutating func hangsUpWhileRinging() throws {
        let (agent, customer, room) = try agentFirst(answers: false)
        #expect(status(customer) == .ringing)
        try project.act("calls/\(agent)/hangup")
        #expect(status(customer) == .canceled)
        #expect(project.world.voice.conferences[room]?.status == "completed")
    }

    @Test("A participant that rings can be taken back")
    mutating func takenBack() throws {
        let (agent, customer, room) = try agentFirst(answers: false)
        #expect(try project.delete("\(account)/Conferences/\(room)/Participants/\(customer).json") == 204)
        #expect(status(customer) == .canceled && status(agent) == .inProgress)
    }

    @Test("Warm transfer: a third one is called in, and who no longer ends the conference leaves the others alone")
    mutating func warmTransfer() throws {
        let (agent, customer, room) = try agentFirst()
        let added = try project.post(
            "\(account)/Conferences/\(room)/Participants.json",
            [("From", project.world.project.number), ("To", "client:ben"), ("Label", "third")])
        let third = try #require(added["call_sid"]?.string)
        project.advance(by: .seconds(1))
        try project.act("calls/\(third)/answer")
        let changed = try project.post(
            "\(account)/Conferences/\(room)/Participants/agent.json", [("EndConferenceOnExit", "false")])
        #expect(changed["end_conference_on_exit"] == false)
        #expect(try project.delete("\(account)/Conferences/\(room)/Participants/agent.json") == 204)
        #expect(status(customer) == .inProgress && status(third) == .inProgress)
        #expect(project.world.voice.conferences[room]?.members.map(\.callSID) == [customer, third])
        _ = agent
    }

    @Test("Keypad tones reach the customer: by an announcement, and from the agent's own keys")
    mutating func tones() throws {
        let (agent, customer, room) = try agentFirst()
        _ = try project.post(
            "\(account)/Conferences/\(room)/Participants/\(customer).json",
            [("AnnounceUrl", "http://here/say?digits=1")])
        let fetch = try #require(told("http://here/say?digits=1").first)
        let twiml = "<Response><Play digits=\"1w2#\"/></Response>"
        fetch.onAnswer?(&project.world, WebhookAnswer(status: 200, body: Array(twiml.utf8)))
        #expect(project.world.voice.calls[customer]?.tones == "12#")
        try project.act("calls/\(agent)/digits", [("digits", "9")])
        #expect(project.world.voice.calls[customer]?.tones == "12#9")
        #expect(project.world.voice.calls[agent]?.tones == "")
    }

    @Test("A telephone that picks up by itself does so for its worker's address")
    mutating func automaticAnswer() throws {
        let shown = try project.act("workers/ana.ruiz/telephone", [("automatic", "true")])
        #expect(shown["automatic_answer"] == true && shown["contact_uri"] == "sip:ana@desk.example")
        let (_, offered) = try waitingCaller()
        try instruct(offered)
        project.advance(by: .seconds(1))
        #expect(try leg(to: "sip:ana@desk.example").status == .inProgress)
        try project.act("workers/ana.ruiz/telephone", [("automatic", "false")])
        #expect(project.world.voice.automaticAnswer.isEmpty)
    }

    @Test("The desk's outbound call is a conference: the customer can be held, and either hang-up ends it")
    mutating func deskDials() throws {
        let dialled = try project.act("calls", [("from", "client:ana.ruiz"), ("to", Self.customer)])
        let agent = try #require(dialled["sid"]?.string)
        project.advance(by: .seconds(1))
        let customer = try leg(to: Self.customer).sid
        try project.act("calls/\(customer)/answer")
        #expect(try project.act("calls/\(customer)/hold")["held"] == true)
        try project.act("calls/\(customer)/hangup")
        #expect(status(agent) == .completed)
        let lost = try #require(
            try project.act("calls", [("from", "client:ana.ruiz"), ("to", Self.customer)])["sid"]?.string)
        project.advance(by: .seconds(1))
        try project.act("calls/\(try leg(to: Self.customer).sid)/busy")
        #expect(status(lost) == .completed)
    }

    @Test("Workers have the attributes of the configuration")
    mutating func attributes() throws {
        let attributes = try worker.attributes
        #expect(attributes["full_name"] == "Ana Ruiz" && attributes["team"] == "sales")
        #expect(attributes["contact_uri"] == "sip:ana@desk.example")
    }
}
