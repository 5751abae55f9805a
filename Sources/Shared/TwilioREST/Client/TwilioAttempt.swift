public import Events

/// One attempt of one call, without anything personal.
public struct TwilioAttempt: Hashable, Sendable {
    public let account: AccountSID
    public let product: TwilioProduct
    public let method: HTTPVerb
    /// The path without its arguments, so that it can label a metric.
    public let route: String
    /// Which attempt of its call this is, from 1.
    public let attempt: Int
    /// The HTTP status; nil when there was no answer.
    public let status: Int?
    /// A few words when there was no answer.
    public let failure: String?
    /// From asking for a connection to the last byte.
    public let duration: Duration
    /// `Twilio-Request-Id`.
    public let requestID: String?
    /// `Twilio-Request-Duration`: what the provider itself took.
    public let requestDuration: Duration?
    /// `Twilio-Concurrent-Requests`: how many of this account the provider saw at once.
    public let concurrentRequests: Int?
}
