import Hosting

/// Decides when a token is fetched, and who waits for it: one fetch at a time, renewed early, refused ones dropped.
///
/// Knows nothing of HTTP and clocks: the caller passes `now` in and carries out what is returned.
struct TokenMachine: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// How long before its end a token is renewed, and no longer used; a shorter-lived one halfway.
    static let early = Duration.seconds(300)
    static let margin = Duration.seconds(30)
    /// Lives longer than this are not believed.
    static let longestLife = Duration.seconds(86_400)
    /// Pauses after failed fetches: doubled from the first to the last.
    static let firstPause = Duration.seconds(1)
    static let longestPause = Duration.seconds(60)

    /// What someone who needs a token does.
    enum Answer: Hashable, Sendable {
        case use(Secret, number: Int)
        /// Fetch it and report: nobody else does.
        case fetch
        /// A fetch is under way.
        case wait
        /// The last fetch failed a moment ago.
        case fail(CRMError)
    }

    private struct Token {
        let secret: Secret
        let renewAt: Instant
        let endsAt: Instant
    }

    /// Counts tokens, so that a refusal of an old one does not drop a new one.
    private(set) var number = 0
    private var token: Token?
    private var isFetching = false
    private var failures = 0
    private var failure: (error: CRMError, until: Instant)?

    /// What to do for a request that is to be sent now.
    mutating func ask(at now: Instant) -> Answer {
        if let token, now < token.endsAt { return .use(token.secret, number: number) }
        token = nil
        if isFetching { return .wait }
        if let failure, now < failure.until { return .fail(failure.error.withPause(now.duration(to: failure.until))) }
        isFetching = true
        return .fetch
    }

    /// What whoever keeps a token at hand does now.
    enum Renewal: Hashable, Sendable {
        /// Fetch and report.
        case fetch
        /// Somebody else fetches.
        case wait
        case sleep(until: Instant)
    }

    mutating func renew(at now: Instant) -> Renewal {
        if isFetching { return .wait }
        let next = max(token?.renewAt ?? now, failure?.until ?? now)
        guard next <= now else { return .sleep(until: next) }
        isFetching = true
        return .fetch
    }

    /// A fetch brought a token with a life of so long.
    mutating func granted(_ secret: Secret, for life: Duration, at now: Instant) {
        let life = min(max(life, .zero), Self.longestLife)
        let early = life > Self.early * 2 ? Self.early : life / 2
        token = Token(
            secret: secret, renewAt: now + (life - early), endsAt: now + (life - min(Self.margin, life / 10)))
        number += 1
        isFetching = false
        failures = 0
        failure = nil
    }

    /// A fetch failed.
    mutating func failed(_ error: CRMError, at now: Instant) {
        isFetching = false
        failures += 1
        let doubled = Self.firstPause * (1 << min(failures - 1, 6))
        failure = (error, now + max(error.retryAfter ?? .zero, min(doubled, Self.longestPause)))
    }

    /// A fetch was given up.
    mutating func cancelled() { isFetching = false }

    /// The CRM did not accept the token of this number; another one may have come since.
    mutating func refused(_ number: Int) {
        guard number == self.number else { return }
        token = nil
    }
}

extension CRMError {
    /// The same with a pause, where it is one that passes.
    func withPause(_ pause: Duration) -> CRMError {
        guard case .unavailable(let cause, _) = self else { return self }
        return .unavailable(cause, retryAfter: pause)
    }
}
