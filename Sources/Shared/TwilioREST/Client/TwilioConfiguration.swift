/// How the client treats one account: limits, deadlines, repeats.
///
/// It knows no settings file: a service reads its section `twilio` by ``keys`` and hands each value to ``set(_:_:)``,
/// and the addresses to ``TwilioEndpoints``. Keys with their defaults and ranges stand in ``keys`` alone.
public struct TwilioConfiguration: Hashable, Sendable {
    /// Where the products are.
    public var endpoints = TwilioEndpoints.twilio
    /// A whole call: waiting for a place, attempts, pauses between them.
    ///
    /// Once it is over, nothing more is sent.
    public var timeout = Duration.milliseconds(15_000)
    /// One attempt, from asking for a connection to the last byte of the answer.
    public var attemptTimeout = Duration.milliseconds(10_000)
    /// Until a connection stands, TLS included.
    public var connectTimeout = Duration.milliseconds(2_000)
    /// Requests of one account at the same time, at most; the limit adapts between 1 and this.
    public var maxConcurrency = 50
    /// Calls of one account that wait for a place, at most; beyond, a call fails with ``TwilioError/overloaded(limit:)``.
    public var maxWaiting = 10_000
    /// Attempts of a call, at most.
    public var maxAttempts = 4
    /// The first pause between attempts is random between 0 and this; it doubles each time.
    public var backoffBase = Duration.milliseconds(100)
    /// What the pause does not grow over.
    public var backoffCap = Duration.milliseconds(5_000)
    /// A longer `Retry-After` is not waited for but handed to the caller.
    public var retryAfterCap = Duration.milliseconds(10_000)
    /// Failures in a row (no connection, 5xx, no answer in time) that open the account's circuit.
    public var breakerFailures = 5
    /// How long an open circuit refuses everything before it lets one request through.
    public var breakerOpen = Duration.milliseconds(1_000)
    /// Bytes of an answer, at most; a download of media has its own limit.
    public var maxResponseBytes = 4_194_304
    /// Pages of a list, at most.
    public var maxPages = 1_000

    /// The defaults.
    public init() {}

    /// After this, a write that was begun has ended at the provider or never will: the whole call's time and 2 s for what
    /// is still on its way.
    public var writeHorizon: Duration { timeout + .seconds(2) }

    /// Takes one setting.
    ///
    /// - Parameters:
    ///   - key: A name out of ``keys``.
    ///   - value: Within the key's range; times in milliseconds.
    /// - Throws: ``TwilioConfigurationError`` that names key, value and range.
    public mutating func set(_ key: String, _ value: Int) throws(TwilioConfigurationError) {
        guard let known = Self.keys.first(where: { $0.name == key }) else { throw .unknownKey(key) }
        guard known.range.contains(value) else { throw .outOfRange(key: key, value: value, range: known.range) }
        known.apply(&self, value)
    }
}
