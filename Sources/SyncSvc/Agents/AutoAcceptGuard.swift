/// Decides whether a reservation is accepted in the agent's name, without asking.
///
/// The sample accepts for agents who are not there; here the agent must be available on the mobile side and have room.
struct AutoAcceptGuard: Hashable, Sendable {
    /// Whether reservations are accepted automatically at all.
    let isOn: Bool
    /// Accepted reservations an agent may have at most; 0: no limit of ours.
    let maxOpen: Int

    /// What is known about the agent when the reservation arrives.
    struct Situation: Hashable, Sendable {
        let isVoice: Bool
        /// Whether the mobile side's worker is in an available activity; nil when there is no such worker.
        let isMobileAvailable: Bool?
        /// Reservations of the Flex worker that are accepted or in wrap-up.
        let openReservations: Int
    }

    /// What to do, and for an agent who is asked instead, why.
    enum Decision: Hashable, Sendable {
        case accept
        case ask(Reason)
        /// There is nobody on the mobile side: the reservation is Flex's own business.
        case leave
    }

    enum Reason: String, Hashable, Sendable {
        case off, voice, away, full
    }

    func decide(_ situation: Situation) -> Decision {
        guard let isAvailable = situation.isMobileAvailable else { return .leave }
        guard isOn else { return .ask(.off) }
        // A call that is accepted for someone who does not hear it ring is lost.
        guard !situation.isVoice else { return .ask(.voice) }
        guard isAvailable else { return .ask(.away) }
        guard maxOpen == 0 || situation.openReservations < maxOpen else { return .ask(.full) }
        return .accept
    }
}
