/// What is done for one or more reasons, under the pair's key: nobody else writes to the pair meanwhile.
///
/// It may run again for the same event, after a crash at any point: every step is to be idempotent, or to be noted in
/// the record with ``PairSession/save(publishing:writing:_:)`` before the next one.
protocol PairReaction: Sendable {
    var reasons: Set<PumpReason> { get }

    /// - Returns: What becomes of the event.
    /// - Throws: `TwilioError` and `BusError` are judged by ``PumpVerdict``; anything else counts as a failed attempt.
    func react(to event: PumpEvent, in session: PairSession) async throws -> PumpOutcome
}

/// What is done after the reaction to a reason, under the same key; the same rules hold.
///
/// It runs also when the reaction gave the event up: a message that the provider refuses must not keep work from being
/// ended, or a transfer from being made. It does not run while the reaction has to be repeated.
protocol PairFollowUp: Sendable {
    var reasons: Set<PumpReason> { get }

    /// - Returns: `.done`, or what becomes of the event instead; then everything runs again, the reaction first.
    func follow(_ event: PumpEvent, in session: PairSession) async throws -> PumpOutcome
}

/// What becomes of a `sync.pump` event.
enum PumpOutcome: Hashable, Sendable {
    case done
    /// Again after a while; nil: after the group's back-off. Counts as an attempt.
    case again(after: Duration?, reason: String)
    /// Into the dead letters, with the provider's error.
    case giveUp(reason: String)
    /// Waits until `side` answers again; see ``WaitingRoom``.
    case wait(for: Side, reason: String)

    /// Whether nothing is to be repeated.
    var isOver: Bool {
        switch self {
        case .done, .giveUp: true
        case .again, .wait: false
        }
    }

    /// What becomes of an event after a follow-up too: what has to be repeated is, else what was given up stays so.
    func followed(by next: PumpOutcome) -> PumpOutcome {
        guard next.isOver, case .giveUp = self else { return next }
        return self
    }
}
