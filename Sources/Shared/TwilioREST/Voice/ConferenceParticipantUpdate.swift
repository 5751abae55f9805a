/// What is to change about somebody in a conference; what is nil stays as it is.
public struct ConferenceParticipantUpdate: Hashable, Sendable {
    public var isOnHold: Bool?
    /// What they hear while on hold.
    public var holdURL: String?
    public var isMuted: Bool?
    public var endsConference: Bool?
    public var isCoach: Bool?
    /// TwiML that is played to them alone: an announcement, or keys.
    public var announceURL: String?

    public init(
        isOnHold: Bool? = nil, holdURL: String? = nil, isMuted: Bool? = nil, endsConference: Bool? = nil,
        isCoach: Bool? = nil, announceURL: String? = nil
    ) {
        self.isOnHold = isOnHold
        self.holdURL = holdURL
        self.isMuted = isMuted
        self.endsConference = endsConference
        self.isCoach = isCoach
        self.announceURL = announceURL
    }

    var form: Form {
        .with {
            $0.add("Hold", isOnHold)
            $0.add("HoldUrl", holdURL)
            $0.add("Muted", isMuted)
            $0.add("EndConferenceOnExit", endsConference)
            $0.add("Coaching", isCoach)
            $0.add("AnnounceUrl", announceURL)
        }
    }
}
