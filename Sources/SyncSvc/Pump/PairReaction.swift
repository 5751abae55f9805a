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
}
