/// Decides after each attempt of one call whether it is done, tried again or given up.
///
/// A 429 was never processed, and neither was what was not sent: both are repeated for every method. A 5xx, a lost answer
/// and a passed deadline leave open what happened: only what may be done twice is repeated, and once an attempt of a write
/// has left that open, no later refusal closes it again.
struct CallMachine: Sendable {
    let rule: RepeatRule
    let isDeletion: Bool
    let policy: RetryPolicy
    let deadline: ContinuousClock.Instant
    private(set) var attempt = 0
    private var isOpenWhetherDone = false

    init(
        rule: RepeatRule, isDeletion: Bool = false, policy: RetryPolicy, deadline: ContinuousClock.Instant
    ) {
        self.rule = rule
        self.isDeletion = isDeletion
        self.policy = policy
        self.deadline = deadline
    }

    /// What to do now.
    enum Step: Hashable, Sendable {
        /// The answer is the result.
        case succeed
        /// The answer is 404, but an attempt before it deleted the resource.
        case deleted
        case pause(Duration)
        case fail(Failure)
    }

    /// How the call ends badly; the caller adds what the provider said.
    enum Failure: Hashable, Sendable {
        case rejected
        case rateLimited(retryAfter: Duration?)
        case serverFailed
        case outcomeUnknown(reason: String)
        case other(TwilioError)
    }

    /// Takes the outcome of an attempt.
    ///
    /// - Parameters:
    ///   - outcome: What came of it.
    ///   - random: In 0..<1, for the jitter.
    ///   - now: The time.
    /// - Returns: What to do now.
    mutating func next(_ outcome: AttemptOutcome, random: Double, now: ContinuousClock.Instant) -> Step {
        attempt += 1
        switch outcome {
        case .answered(let status, let retryAfter):
            return answered(status, retryAfter: retryAfter, random: random, now: now)
        case .notAdmitted(let error):
            return .fail(isOpenWhetherDone ? .outcomeUnknown(reason: "repeating it: \(error.code)") : .other(error))
        case .failed(let failure): return failed(failure, random: random, now: now)
        }
    }

    /// The call was cancelled in a pause.
    var cancelled: Failure {
        isOpenWhetherDone ? .outcomeUnknown(reason: "cancelled before it was repeated") : .other(.cancelled)
    }

    private mutating func answered(
        _ status: Int, retryAfter: Duration?, random: Double, now: ContinuousClock.Instant
    ) -> Step {
        switch status {
        case 200..<300: return .succeed
        case 429:
            if let pause = pause(retryAfter, random: random, now: now) { return .pause(pause) }
            return .fail(
                isOpenWhetherDone ? .outcomeUnknown(reason: "repeating it: 429") : .rateLimited(retryAfter: retryAfter))
        case 500...:
            if rule != .read { isOpenWhetherDone = true }
            if rule != .once, let pause = pause(retryAfter, random: random, now: now) { return .pause(pause) }
            return .fail(rule == .read ? .serverFailed : .outcomeUnknown(reason: "HTTP \(status)"))
        case 404 where isDeletion && isOpenWhetherDone: return .deleted
        default: return .fail(.rejected)
        }
    }

    private mutating func failed(_ failure: TransportFailure, random: Double, now: ContinuousClock.Instant) -> Step {
        if failure.isCancellation {
            guard rule != .read, failure.wasSent || isOpenWhetherDone else { return .fail(.other(.cancelled)) }
            return .fail(.outcomeUnknown(reason: failure.reason))
        }
        if failure.wasSent, rule != .read { isOpenWhetherDone = true }
        if case .tooLarge(let limit) = failure.kind {
            return .fail(rule == .read ? .other(.tooLarge(limitBytes: limit)) : .outcomeUnknown(reason: failure.reason))
        }
        let mayRepeat = !failure.wasSent || rule != .once
        if mayRepeat, let pause = pause(nil, random: random, now: now) { return .pause(pause) }
        if isOpenWhetherDone { return .fail(.outcomeUnknown(reason: failure.reason)) }
        if failure.wasSent { return .fail(.other(.unanswered(reason: failure.reason))) }
        return .fail(.other(.unreachable(reason: failure.reason)))
    }

    /// The pause before another attempt, if there may be one and time is left for it.
    private func pause(_ retryAfter: Duration?, random: Double, now: ContinuousClock.Instant) -> Duration? {
        guard let pause = policy.pause(after: attempt, retryAfter: retryAfter, random: random), now + pause < deadline
        else { return nil }
        return pause
    }
}
