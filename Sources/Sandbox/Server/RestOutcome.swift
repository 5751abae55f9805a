/// What a route comes to: an answer, or a question to a pre-event webhook that comes before it.
enum RestOutcome: Sendable {
    case answer(RestAnswer)
    /// Sends the webhook, waits for its answer, then goes on with it; nothing has been changed so far.
    case ask(Webhook, then: @Sendable (inout World, PreEventReply) throws(TwilioProblem) -> RestAnswer)
}
