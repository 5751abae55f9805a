public import Events

/// Somebody in a conference.
public struct ConferenceParticipant: Hashable, Sendable, TwilioResource {
    public let callSID: CallSID
    public let conferenceSID: ConferenceSID?
    public let label: String?
    public let isOnHold: Bool
    public let isMuted: Bool
    public let endsConference: Bool
    /// `queued`, `connecting`, `ringing`, `connected`, `complete` or `failed`.
    public let status: String?

    init(_ fields: Fields) throws(FieldError) {
        callSID = try fields.sid("call_sid")
        conferenceSID = fields.optionalSID("conference_sid")
        label = fields.optionalText("label")
        isOnHold = fields.optionalBool("hold") ?? false
        isMuted = fields.optionalBool("muted") ?? false
        endsConference = fields.optionalBool("end_conference_on_exit") ?? false
        status = fields.optionalText("status")
    }
}
