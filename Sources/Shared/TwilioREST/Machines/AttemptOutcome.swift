/// What came of one attempt, as far as the decision about the next goes.
enum AttemptOutcome: Hashable, Sendable {
    case answered(status: Int, retryAfter: Duration?)
    /// There was no place: nothing was sent.
    case notAdmitted(TwilioError)
    case failed(TransportFailure)
}
