/// Somebody to be dialled into a conference.
public struct ConferenceParticipantDraft: Hashable, Sendable {
    public var from: String
    public var to: String
    /// By which they are found again.
    public var label: String?
    public var timeoutSeconds: Int?
    public var statusCallback: String?
    public var statusCallbackEvents: [String]?
    public var endsConference: Bool?
    public var isMuted: Bool?
    public var earlyMedia: Bool?
    /// Where the conference's own events go: `start`, `end`, `join`, `leave`, `mute`, `hold`.
    public var conferenceCallback: String?
    public var conferenceCallbackEvents: [String]?

    public init(
        from: String, to: String, label: String? = nil, timeoutSeconds: Int? = nil, statusCallback: String? = nil,
        statusCallbackEvents: [String]? = nil, endsConference: Bool? = nil, isMuted: Bool? = nil,
        earlyMedia: Bool? = nil, conferenceCallback: String? = nil, conferenceCallbackEvents: [String]? = nil
    ) {
        self.from = from
        self.to = to
        self.label = label
        self.timeoutSeconds = timeoutSeconds
        self.statusCallback = statusCallback
        self.statusCallbackEvents = statusCallbackEvents
        self.endsConference = endsConference
        self.isMuted = isMuted
        self.earlyMedia = earlyMedia
        self.conferenceCallback = conferenceCallback
        self.conferenceCallbackEvents = conferenceCallbackEvents
    }

    var form: Form {
        .with {
            $0.add("From", from)
            $0.add("To", to)
            $0.add("Label", label)
            $0.add("Timeout", timeoutSeconds)
            $0.add("StatusCallback", statusCallback)
            $0.add("StatusCallbackEvent", statusCallbackEvents)
            $0.add("EndConferenceOnExit", endsConference)
            $0.add("Muted", isMuted)
            $0.add("EarlyMedia", earlyMedia)
            $0.add("ConferenceStatusCallback", conferenceCallback)
            $0.add("ConferenceStatusCallbackEvent", conferenceCallbackEvents)
        }
    }
}
