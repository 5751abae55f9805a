extension TwilioConfiguration {
    /// One setting of the section `twilio`; all are whole numbers.
    public struct Key: Sendable {
        /// Below `twilio`.
        public let name: String
        public let defaultValue: Int
        public let range: ClosedRange<Int>
        /// What it says, with its unit, for `--show-config` and the example file.
        public let help: String
        let apply: @Sendable (inout TwilioConfiguration, Int) -> Void
    }

    /// Every whole-number setting of the section `twilio`.
    ///
    /// Besides them there are `base_url` and `endpoints.<product>`, see ``TwilioEndpoints``.
    public static let keys: [Key] = [
        Key(
            name: "timeout_ms", defaultValue: 15_000, range: 100...120_000,
            help: "a whole call: waiting, attempts and pauses, in milliseconds",
            apply: { $0.timeout = .milliseconds($1) }),
        Key(
            name: "attempt_timeout_ms", defaultValue: 10_000, range: 50...60_000,
            help: "one attempt, in milliseconds", apply: { $0.attemptTimeout = .milliseconds($1) }),
        Key(
            name: "connect_timeout_ms", defaultValue: 2_000, range: 50...30_000,
            help: "until a connection stands, in milliseconds", apply: { $0.connectTimeout = .milliseconds($1) }),
        Key(
            name: "max_concurrency", defaultValue: 50, range: 1...1_000,
            help: "requests of one account at the same time; adapts below this on 429",
            apply: { $0.maxConcurrency = $1 }),
        Key(
            name: "max_waiting", defaultValue: 10_000, range: 1...100_000,
            help: "calls of one account that wait for a place; more are refused", apply: { $0.maxWaiting = $1 }),
        Key(
            name: "max_attempts", defaultValue: 4, range: 1...10,
            help: "attempts of one call", apply: { $0.maxAttempts = $1 }),
        Key(
            name: "backoff_base_ms", defaultValue: 100, range: 1...10_000,
            help: "the first pause between attempts at most, doubled each time, in milliseconds",
            apply: { $0.backoffBase = .milliseconds($1) }),
        Key(
            name: "backoff_cap_ms", defaultValue: 5_000, range: 1...60_000,
            help: "a pause between attempts at most, in milliseconds", apply: { $0.backoffCap = .milliseconds($1) }),
        Key(
            name: "retry_after_cap_ms", defaultValue: 10_000, range: 0...120_000,
            help: "a longer Retry-After is left to the caller, in milliseconds",
            apply: { $0.retryAfterCap = .milliseconds($1) }),
        Key(
            name: "breaker_failures", defaultValue: 5, range: 1...1_000,
            help: "failures in a row that open an account's circuit", apply: { $0.breakerFailures = $1 }),
        Key(
            name: "breaker_open_ms", defaultValue: 1_000, range: 50...600_000,
            help: "how long an open circuit refuses before its probe, in milliseconds",
            apply: { $0.breakerOpen = .milliseconds($1) }),
        Key(
            name: "max_response_bytes", defaultValue: 4_194_304, range: 1_024...67_108_864,
            help: "an answer at most, in bytes", apply: { $0.maxResponseBytes = $1 }),
        Key(
            name: "max_pages", defaultValue: 1_000, range: 1...100_000,
            help: "pages of one list", apply: { $0.maxPages = $1 }),
    ]
}
