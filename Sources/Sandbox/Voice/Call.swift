import Events

/// One leg: somebody at a telephone or a client, and what he hears.
struct Call: Sendable {
    enum Direction: String, Sendable {
        case inbound
        case outboundAPI = "outbound-api"
        case outboundDial = "outbound-dial"
    }

    /// What the leg waits for.
    enum Wait: Hashable, Sendable {
        case nothing
        /// TwiML on its way.
        case document
        case gather(TwiMLVerb.Gather)
        /// Legs that ring or talk.
        case dial(TwiMLVerb.Dial)
        case conference(TwiMLVerb.Dial)
        /// A task that an agent takes.
        case queue(taskSID: String)
        case pause
        /// A bridged child follows its parent.
        case bridge
    }

    /// Seconds that a call rings, and lasts, when nothing else is said.
    static let ringSeconds = 60
    static let ringRange = 1...600
    static let lengthSeconds = 14_400
    /// Tones that are shown.
    static let maxTones = 32

    let sid: String
    let parentSID: String?
    let direction: Direction
    let from: String
    let to: String
    var callback: StatusCallback
    var status = CallStatus.queued
    /// Status callbacks told so far: the next one's number.
    var sequence = 0
    let createdAt: Timestamp
    var updatedAt: Timestamp
    var answeredAt: Timestamp?
    var endedAt: Timestamp?
    /// Where its TwiML came from last; relative links and a Gather without action lead there.
    var documentURL: String?
    var documentMethod = RestMethod.post
    var fallbackURL: String?
    var script: [TwiMLVerb] = []
    var wait = Wait.nothing
    /// Counts waits, so that a timer of an earlier one is recognised.
    var round = 0
    /// Keys pressed for the present Gather.
    var digits = ""
    /// Where the caller is in the menu of extensions.
    var menu: ExtensionMenu?
    /// What was said last.
    var prompt: String?
    var children: [String] = []
    var conferenceSID: String?
    /// The task it waits for or works on.
    var taskSID: String?
    /// The reservation of the agent who is rung.
    var reservationSID: String?
    /// How the agent meets the customer, on the leg of a reservation.
    var instruction: ConferenceInstruction?
    /// The leg that is hung up when this one is not answered.
    var calledBy: String?
    /// The conference that it enters once it is answered.
    var invitedTo: String?
    /// Keypad tones that this side hears, the newest last.
    var tones = ""
    /// The script for once it is answered, instead of a URL.
    var ringsFor: TwiMLVerb.Party?

    /// Moves it to another status; an end is final.
    ///
    /// - Returns: False when the move is illegal from where it stands; then nothing changes.
    mutating func move(to next: CallStatus, now: Timestamp) -> Bool {
        guard status.allows(next) else { return false }
        status = next
        updatedAt = now
        if next == .inProgress { answeredAt = now }
        if next.hasEnded { endedAt = now }
        return true
    }

    /// Seconds of talk, 0 for one that was never answered.
    var duration: Int {
        guard let answeredAt, let endedAt, endedAt > answeredAt else { return 0 }
        return Int((endedAt.unixNanoseconds - answeredAt.unixNanoseconds + 999_999_999) / 1_000_000_000)
    }

    mutating func begin(_ wait: Wait) {
        self.wait = wait
        round += 1
        digits = ""
    }
}
