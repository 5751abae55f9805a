/// When the provider is asked what became of an interaction of which nothing more was heard, and what its answer means.
///
/// Events may be lost for good; an agent whose call never ends in our books would be busy for ever.
enum InteractionCheck {
    /// How long is waited, in milliseconds.
    ///
    /// After the end of the time to take an offer; after the agent hung up; for a call that does not get anywhere; for
    /// all others, a chat or a conversation may last.
    static let afterOffer = 30_000
    static let afterHangUp = 30_000
    static let afterDial = 150_000
    static let afterStart = 3_600_000
    /// Between two questions while something must come of it soon, and between two looks, in milliseconds.
    static let shortPause = 60_000
    static let longestWait = 600_000

    /// Until the next question; the group's 1,000 deliveries last for days of talking.
    static func pause(_ interaction: Interaction) -> Int {
        interaction.marks[.hungUp] == nil && interaction.state == .connected ? longestWait : shortPause
    }

    /// A call as the provider has it.
    struct Leg: Hashable, Sendable {
        let call: String
        let status: String
        /// Unix milliseconds.
        let at: Int
    }

    /// A reservation as TaskRouter has it; no status: it is gone.
    struct Reservation: Hashable, Sendable {
        let status: String?
        let at: Int
    }

    /// What the provider answered.
    struct Answer: Hashable, Sendable {
        /// Nil when it was not asked.
        var reservation: Reservation?
        var legs: [DialMachine.Who: Leg] = [:]
    }

    /// When it is asked, Unix milliseconds; nil when there is nothing to ask any more.
    static func due(_ interaction: Interaction) -> Int? {
        let state = interaction.state
        guard state.isLive else { return nil }
        if let hungUp = interaction.marks[.hungUp] { return hungUp + afterHangUp }
        switch state {
        case .offered: return (interaction.offerExpires ?? interaction.begin) + afterOffer
        case .dialing, .ringing: return interaction.begin + afterDial
        case .accepted: return (interaction.marks[.accepted] ?? interaction.begin) + afterDial
        default: return interaction.begin + afterStart
        }
    }

    /// What follows for the reservation; nothing when all is as it is known.
    static func inputs(_ answer: Answer, of interaction: Interaction) -> [InteractionInput] {
        var inputs: [InteractionInput] = []
        if let reservation = answer.reservation {
            let marks: [String: Interaction.Mark] = [
                "accepted": .accepted, "rejected": .rejected, "timeout": .missed, "rescinded": .rescinded,
                "canceled": .canceled, "wrapping": .wrapping, "completed": .completed,
            ]
            // A reservation that is gone went with its task, which was over.
            let gone: Interaction.Mark = interaction.hadCall ? .completed : .canceled
            let mark = reservation.status.map { marks[$0] } ?? gone
            if let mark, interaction.marks[mark] == nil { inputs.append(.mark(mark, at: reservation.at)) }
        }
        return inputs
    }

    /// Legs that are over, in the order of their parts.
    static func ends(_ answer: Answer) -> [(who: DialMachine.Who, leg: Leg)] {
        answer.legs.filter { TwilioCalls.over.contains($0.value.status) }
            .sorted { $0.key.rawValue < $1.key.rawValue }.map { ($0.key, $0.value) }
    }
}
