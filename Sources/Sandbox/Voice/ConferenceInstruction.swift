import Events

/// What a reservation's `conference` instruction says: whom to ring, and how agent and customer meet.
///
/// REST writes the names with capitals (`EndConferenceOnExit`), the answer of an assignment callback with underscores
/// (`end_conference_on_exit`).
struct ConferenceInstruction: Hashable, Sendable {
    /// Who is rung; nil: the worker's `contact_uri`.
    var to: String?
    /// Who is shown as calling; nil: the customer.
    var from: String?
    var timeoutSeconds = Call.ringSeconds
    var isMuted = false
    var startsConference = true
    /// Whether the agent's, and the customer's, leaving ends it for everybody.
    var endsOnExit = false
    var endsOnCustomerExit = false
    /// Of the agent's leg.
    var callback = StatusCallback()
    /// Of the conference.
    var conferenceCallback = StatusCallback(url: nil, method: .post, events: [], usual: Self.usualEvents)

    static let usualEvents: Set<String> = ["start", "end"]

    init() {}

    /// What the Sandbox's own desk says: both ends end it.
    static let desk: ConferenceInstruction = {
        var instruction = ConferenceInstruction()
        instruction.endsOnExit = true
        instruction.endsOnCustomerExit = true
        return instruction
    }()

    /// - Throws: ``TwilioProblem`` for an address, a time or a URL that cannot be.
    init(_ request: RestRequest) throws(TwilioProblem) {
        to = request.text("To")
        from = request.text("From")
        timeoutSeconds = try request.int("Timeout", in: Call.ringRange) ?? Call.ringSeconds
        isMuted = try request.bool("Muted") ?? false
        startsConference = try request.bool("StartConferenceOnEnter") ?? true
        endsOnExit = try request.bool("EndConferenceOnExit") ?? false
        endsOnCustomerExit = try request.bool("EndConferenceOnCustomerExit") ?? false
        callback = try VoiceRoutes.callback(request, event: "StatusCallbackEvent")
        conferenceCallback = StatusCallback(
            url: request.text("ConferenceStatusCallback"),
            method: VoiceRoutes.method(request.text("ConferenceStatusCallbackMethod")),
            events: request.all("ConferenceStatusCallbackEvent"), usual: Self.usualEvents)
        try checkParties()
    }

    /// That of an assignment callback's answer.
    init(_ answer: JSONValue) throws(TwilioProblem) {
        to = answer["to"]?.string
        from = answer["from"]?.string
        if let seconds = answer["timeout"]?.integer, Call.ringRange.contains(Int(seconds)) {
            timeoutSeconds = Int(seconds)
        }
        isMuted = answer["muted"]?.bool ?? false
        endsOnExit = answer["end_conference_on_exit"]?.bool ?? false
        endsOnCustomerExit = answer["end_conference_on_customer_exit"]?.bool ?? false
        func events(_ name: String) -> [String] { answer[name]?.string.map { [$0] } ?? [] }
        callback = StatusCallback(
            url: answer["status_callback"]?.string, method: .post, events: events("status_callback_events"))
        conferenceCallback = StatusCallback(
            url: answer["conference_status_callback"]?.string, method: .post,
            events: events("conference_status_callback_event"), usual: Self.usualEvents)
        try checkParties()
    }

    private func checkParties() throws(TwilioProblem) {
        if let to { try VoiceRoutes.checkParty(to, "To") }
        if let from { try VoiceRoutes.checkParty(from, "From") }
    }

    /// How the agent and the customer enter the conference of a task.
    func entry(task: String, isAgent: Bool) -> ConferenceEntry {
        var entry = ConferenceEntry(name: task)
        entry.label = isAgent ? "worker" : "customer"
        entry.isMuted = isAgent && isMuted
        entry.startsConference = isAgent ? startsConference : true
        entry.endsConference = isAgent ? endsOnExit : endsOnCustomerExit
        entry.callback = conferenceCallback
        return entry
    }
}
