/// One webhook on its way: decides after each attempt whether another one follows.
struct WebhookDelivery: Sendable {
    /// What became of one attempt.
    enum Outcome: Hashable, Sendable {
        case answered(status: Int)
        /// No connection.
        case notConnected
        /// No answer in time, or the connection ended before one.
        case noAnswer
    }

    /// What is to be done next.
    enum Step: Hashable, Sendable {
        case attempt(url: String, number: Int, after: Duration)
        /// It is over; `isSuccess` when the last attempt was answered with 2xx.
        case finished(isSuccess: Bool)
    }

    /// Between attempts: doubles from this, at most ``longestWait``.
    static let firstWait: Duration = .milliseconds(100)
    static let longestWait: Duration = .seconds(2)

    private(set) var target: WebhookTarget
    private let fallback: WebhookTarget?
    private var isAtFallback = false
    private var retries = 0
    /// Attempts that have begun, the fallback's included: `RetryCount` is one less.
    private(set) var attempts = 0

    init(_ webhook: Webhook) {
        target = WebhookTarget(webhook.url, policy: webhook.policy)
        fallback = webhook.fallbackURL.map { WebhookTarget($0, policy: webhook.policy) }
    }

    mutating func begin() -> Step {
        attempts = 1
        return .attempt(url: target.url, number: 0, after: .zero)
    }

    mutating func ended(_ outcome: Outcome) -> Step {
        if case .answered(let status) = outcome, (200..<300).contains(status) { return .finished(isSuccess: true) }
        if isRetryable(outcome), retries < target.policy.retries {
            retries += 1
            attempts += 1
            let wait = min(Self.longestWait, Self.firstWait * (1 << (retries - 1)))
            return .attempt(url: target.url, number: attempts - 1, after: wait)
        }
        guard let fallback, !isAtFallback else { return .finished(isSuccess: false) }
        isAtFallback = true
        target = fallback
        retries = 0
        attempts += 1
        return .attempt(url: target.url, number: attempts - 1, after: .zero)
    }

    private func isRetryable(_ outcome: Outcome) -> Bool {
        let allowed = target.policy.retryOn
        switch outcome {
        case .notConnected: return allowed.contains(.connect)
        case .noAnswer: return allowed.contains(.read)
        case .answered(let status):
            if (400..<500).contains(status), allowed.contains(.clientErrors) { return true }
            if (500..<600).contains(status), allowed.contains(.serverErrors) { return true }
            return allowed.contains(.overload) && [429, 503, 504].contains(status)
        }
    }
}
