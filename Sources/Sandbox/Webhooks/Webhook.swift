/// A callback that is to be sent: to where, what, and how often it may be tried.
struct Webhook: Sendable {
    /// The configured URL, with its fragment of connection overrides (`#rc=2&rp=5xx,ct,rt`), if it has one.
    var url: String
    /// GET sends the parameters in the query.
    var method: RestMethod = .post
    /// The product's event name, for the log and the stream: `onMessageAdded`, `reservation.created`.
    var event: String
    /// Decoded names and values, exactly the documented ones.
    var parameters: [(name: String, value: String)]
    /// What applies without overrides in the URL.
    var policy: WebhookPolicy
    /// Where it goes when every attempt has failed, as assignment callbacks and TwiML have it.
    var fallbackURL: String?
    /// What is done with the answer (its status and body), for callbacks whose answer counts: assignment, TwiML.
    ///
    /// Called once: with the first usable answer, or with nil when all attempts have failed.
    var onAnswer: (@Sendable (inout World, WebhookAnswer?) -> Void)?

    init(
        url: String, event: String, parameters: [(name: String, value: String)], policy: WebhookPolicy,
        method: RestMethod = .post, fallbackURL: String? = nil,
        onAnswer: (@Sendable (inout World, WebhookAnswer?) -> Void)? = nil
    ) {
        self.url = url
        self.event = event
        self.parameters = parameters
        self.policy = policy
        self.method = method
        self.fallbackURL = fallbackURL
        self.onAnswer = onAnswer
    }
}

/// What a callback was answered with.
struct WebhookAnswer: Sendable {
    let status: Int
    /// At most ``WebhookPolicy/maxAnswerBytes``.
    let body: [UInt8]
}

/// What a pre-event webhook said.
enum PreEventReply: Sendable {
    /// Nothing in time, or an answer without changes: the change is made as it was asked.
    case unmodified
    /// 2xx with a JSON object whose members replace parts of the change.
    case modified(body: [UInt8])
    /// 4xx or 5xx: the change is not made.
    case rejected(status: Int)
}
