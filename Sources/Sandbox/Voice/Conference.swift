import Events

/// Legs that hear each other.
struct Conference: Sendable {
    struct Member: Hashable, Sendable {
        let callSID: String
        var label: String?
        var isMuted: Bool
        var isHeld = false
        let startsConference: Bool
        var endsConference: Bool
        let joinedAt: Timestamp
    }

    /// Members at most.
    static let maxMembers = 250

    let sid: String
    let friendlyName: String
    /// `init` until somebody is there who starts it, `in-progress`, `completed`.
    var status = "init"
    var members: [Member] = []
    /// Legs that ring to enter it.
    var invited: [String] = []
    var callback: StatusCallback
    var sequence = 0
    var endReason: String?
    /// The leg whose leaving ended it.
    var endedBy: String?
    let createdAt: Timestamp
    var updatedAt: Timestamp

    static let events: Set<String> = ["start", "end", "join", "leave", "mute", "hold"]
}

/// How a leg enters a conference.
struct ConferenceEntry: Hashable, Sendable {
    var name: String
    var label: String?
    var isMuted = false
    var startsConference = true
    var endsConference = false
    var callback = StatusCallback()

    init(name: String) { self.name = name }

    init(_ noun: XMLElement) {
        name = noun.text
        label = noun.attributes["participantLabel"]
        isMuted = noun.attributes["muted"] == "true"
        startsConference = noun.attributes["startConferenceOnEnter"] != "false"
        endsConference = noun.attributes["endConferenceOnExit"] == "true"
        callback = StatusCallback(noun, usual: ["start", "end"])
    }
}
