import Events

/// What a project has of calls and conferences.
struct VoiceState: Sendable {
    /// Calls kept; the oldest ended ones go first.
    static let maxCalls = 20_000

    var calls = SIDTable<Call>()
    var conferences = SIDTable<Conference>()
    /// Tasks by which calls are being handed to another agent, by the caller's leg.
    var transfers: [String: String] = [:]
    /// The project's number as a resource, and where its calls lead.
    var number = IncomingNumber()
    /// ISO codes of the countries that the account may not call.
    var countriesOff: Set<String> = []
    /// Workers whose telephone picks up by itself.
    var automaticAnswer: Set<String> = []

    struct IncomingNumber: Sendable {
        var sid = ""
        var voiceURL = ""
        var voiceMethod = RestMethod.post
        var fallbackURL = ""
        var callback = StatusCallback()
        var createdAt = Timestamp(unixNanoseconds: 0)
    }
}

extension World {
    /// Makes what the project begins with: its number, with a voice menu that leads into the queue.
    mutating func seedVoice() {
        voice.number.sid = newSID("PN")
        voice.number.createdAt = now
    }

    /// What a caller hears when the number has no `VoiceUrl`.
    static let usualMenu = """
        <Response><Gather numDigits="1" timeout="10"><Say>Welcome. Press any key to talk to somebody.</Say></Gather>\
        <Say>One moment please.</Say><Enqueue/></Response>
        """
}
