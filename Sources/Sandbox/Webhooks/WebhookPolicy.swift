/// How long a callback may take and what is tried again.
struct WebhookPolicy: Hashable, Sendable {
    /// Longest answer that is read, in bytes.
    static let maxAnswerBytes = 64 << 10
    /// Most retries that any URL or service may ask for.
    static let maxRetries = 5

    /// What may be tried again.
    struct Retryable: OptionSet, Hashable, Sendable {
        let rawValue: Int

        static let clientErrors = Retryable(rawValue: 1)
        static let serverErrors = Retryable(rawValue: 2)
        static let connect = Retryable(rawValue: 4)
        static let read = Retryable(rawValue: 8)
        /// 429, 503 and 504: what Programmable Chat retries.
        static let overload = Retryable(rawValue: 16)
        static let all: Retryable = [.clientErrors, .serverErrors, .connect, .read]
    }

    var connectTimeout: Duration = .seconds(5)
    /// The whole request.
    var totalTimeout: Duration
    var retries: Int
    var retryOn: Retryable

    /// Conversations: 5 s, one retry of a failed connection.
    static let conversations = WebhookPolicy(totalTimeout: .seconds(5), retries: 1, retryOn: .connect)

    /// Programmable Chat: 5 s, retried as the service says (0 to 3), on timeout, 429, 503 and 504.
    static func chat(retries: Int) -> WebhookPolicy {
        WebhookPolicy(totalTimeout: .seconds(5), retries: retries, retryOn: [.read, .overload, .connect])
    }

    /// TaskRouter's event callback and Voice: 15 s, one retry of a failed connection.
    static let standard = WebhookPolicy(totalTimeout: .seconds(15), retries: 1, retryOn: .connect)

    /// TaskRouter's assignment callback: 5 s, then the fallback URL.
    static let assignment = WebhookPolicy(totalTimeout: .seconds(5), retries: 0, retryOn: [])
}
